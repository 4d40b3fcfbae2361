import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Request, RequestHandler, Response } from 'express';
import { PROBLEM_JSON, sendProblem, type Problem } from './problem.ts';

export { problem } from './problem.ts';

/** An answer as a value: a handler returns it and never touches the response. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`; its `content-type` lies in `headers`. */
  readonly stream?: Readable;
};

/** A stream's revision as an entity tag. */
type Tag = bigint | string;
const etagHeader = (etag: Tag | undefined): Record<string, string> =>
  etag === undefined ? {} : { etag: `"${String(etag)}"` };

/** 200. With an `etag`, a GET whose If-None-Match names it is answered 304, unless the reply must not be stored. */
export const ok = (
  body: unknown,
  { etag, headers }: { readonly etag?: Tag | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): Reply => ({ status: 200, headers: { ...headers, ...etagHeader(etag) }, body });

/** 201 with the location of the new resource. */
export const createdReply = (location: string, body: unknown, etag?: Tag): Reply => ({
  status: 201,
  headers: { location, ...etagHeader(etag) },
  body,
});

/** 202: accepted, not done; `location` shows the progress. */
export const acceptedReply = (location: string, body: unknown): Reply => ({ status: 202, headers: { location }, body });

/** 204, with the new revision. */
export const noContent = (etag?: Tag): Reply => ({ status: 204, headers: etagHeader(etag) });

/** 200 with a streamed body; a client that hangs up destroys `stream`. */
export const streamReply = (stream: Readable, headers: Readonly<Record<string, string>>): Reply => ({
  status: 200,
  headers,
  stream,
});

const isUnchanged = (request: Request, { status, headers }: Reply): boolean => {
  const header = request.headers['if-none-match'];
  if (status !== 200 || header === undefined || headers?.['etag'] === undefined) return false;
  // Holds more than the tag names, such as URLs that expire.
  if (headers['cache-control'] === 'no-store') return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return header === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers['etag']);
};

type ReplyHook = (reply: Reply) => Promise<void>;
const hooks = new WeakMap<Response, ReplyHook>();

/** Registers a `hook` that sees the reply of a route before it is sent; the answer waits for it. For middlewares. */
export const onReply = (response: Response, hook: ReplyHook): void => {
  hooks.set(response, hook);
};

/** Writes a reply, unless the request was answered meanwhile. Problems get their `instance` and `correlationId` here. */
export const send = async (request: Request, response: Response, reply: Reply): Promise<void> => {
  const { status, headers = {}, body, stream } = reply;
  await hooks.get(response)?.(reply);
  if (response.writableEnded) {
    stream?.destroy();
    return;
  }
  if (headers['content-type'] === PROBLEM_JSON) {
    sendProblem(request, response, { status, headers, body: body as Problem });
    return;
  }
  if (isUnchanged(request, reply)) {
    response.writeHead(304, headers).end();
    return;
  }
  if (stream !== undefined) {
    response.writeHead(status, headers);
    await pipeline(stream, response).catch(() => response.destroy());
    return;
  }
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    'content-length': Buffer.byteLength(json),
  });
  response.end(request.method === 'HEAD' ? undefined : json);
};

/** Turns a function from request to reply into an Express handler; errors go to the error middleware. */
export const respond =
  (handler: (request: Request) => Promise<Reply> | Reply): RequestHandler =>
  async (request, response) => {
    await send(request, response, await handler(request));
  };
