import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationIdOf } from '@lego-moc/http/correlation';
import type { RawHeaders } from './headers.ts';
import { provenanceOf, type Provenance, type TrustedProxies } from './provenance.ts';
import { headOf } from './response-headers.ts';
import type { Match } from './routes-table.ts';
import type { Verified } from './tokens.ts';
import { traceOf, type Trace } from './trace.ts';

/** One request at the door, and what has been found out about it so far. */
export type Visit = Provenance & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly began: number;
  readonly method: string;
  readonly correlationId: string;
  readonly trace: Trace;
  /** What the gateway itself says in the head of the answer; lets those who come to know more add to it. */
  readonly head: RawHeaders;
  /** What it is for, in the client's words; known once its head has been read. */
  host?: string;
  match?: Match;
  verified?: Verified;
  /** Handed on to the gateway's own pages. */
  own?: true;
};

/** A visit to a path that leads to an upstream. */
export type RoutedVisit = Visit & { readonly match: Match };

const BRINGING = new Set(['POST', 'PUT', 'PATCH']);

/** Whether it brings a file, and is given the time and the room for one; looking at files takes neither. */
export const isUpload = ({ method, match }: RoutedVisit): boolean => match.upload && BRINGING.has(method);

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;

/** Who asks, before anything is believed. */
export const arrive = (request: IncomingMessage, response: ServerResponse, trusted: TrustedProxies): Visit => {
  const correlationId = correlationIdOf(request);
  const { client, protocol } = provenanceOf(request.socket.remoteAddress, request.headers, trusted);
  return {
    request,
    response,
    began: performance.now(),
    method: request.method ?? 'GET',
    client,
    protocol,
    correlationId,
    trace: traceOf(single(request.headers['traceparent'])),
    head: headOf(correlationId),
  };
};
