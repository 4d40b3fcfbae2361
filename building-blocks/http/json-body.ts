import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import type { RouteContract } from './route-contract.ts';
import { pathPattern } from './service-contract.ts';

export type JsonBodyOptions = {
  /** The largest JSON body, in bytes. */
  readonly jsonBytesMax?: number;
  /** The routes: those with an `upload` read their body themselves, JSON included unless the route takes that as well. */
  readonly contracts?: readonly RouteContract[];
};

const MEBIBYTE = 1_048_576;

/** The error type of body-parser for its own checks: `problemFor` recognises it. */
const bodyError = (type: string): Error => Object.assign(new Error(type), { type });

/** body-parser accepts every UTF, and replaces invalid bytes by U+FFFD, which would hide the intended text. */
const requireUtf8 = (_request: unknown, _response: unknown, body: Buffer, charset: string): void => {
  if (charset !== 'utf-8') throw bodyError('charset.unsupported');
  if (!isUtf8(body)) throw bodyError('entity.parse.failed');
};

/** Parses JSON bodies in UTF-8. */
export const jsonBody = ({ jsonBytesMax = MEBIBYTE, contracts = [] }: JsonBodyOptions): RequestHandler => {
  const parse: RequestHandler = express.json({
    limit: jsonBytesMax,
    strict: false,
    type: ['application/json', 'application/*+json'],
    verify: requireUtf8,
  });
  const uploads = contracts.flatMap(({ upload, body, path }) =>
    upload === undefined || body !== undefined ? [] : [pathPattern(path)],
  );
  return (request, response, next) => {
    if (uploads.some((pattern) => pattern.test(request.path))) next();
    else parse(request, response, next);
  };
};
