import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationIdOf } from '@lego-moc/http/correlation';
import { clientAddress } from './client-address.ts';
import type { Match } from './routes-table.ts';
import { traceOf, type Trace } from './trace.ts';
import type { Verified } from './tokens.ts';

/** One request at the door, and what has been found out about it so far. */
export type Visit = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly began: number;
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly client: string;
  /** What the client spoke, as far as we or a proxy of ours saw it. */
  readonly protocol: 'http' | 'https';
  readonly correlationId: string;
  readonly trace: Trace;
  readonly match: Match;
  verified?: Verified;
};

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;

/** Who asks, before anything is believed. */
export const addressOf = (request: IncomingMessage, trustedProxies: number): string =>
  clientAddress(request.socket.remoteAddress, single(request.headers['x-forwarded-for']), trustedProxies);

/** A proxy of ours says what the client spoke to it; without one it was plain HTTP, which is all we speak. */
export const protocolOf = ({ headers }: IncomingMessage, trustedProxies: number): Visit['protocol'] =>
  trustedProxies > 0 && single(headers['x-forwarded-proto'])?.split(',').at(-1)?.trim() === 'https' ? 'https' : 'http';

export const arrive = (
  request: IncomingMessage,
  response: ServerResponse,
  { path, search, client, protocol, match }: Pick<Visit, 'path' | 'search' | 'client' | 'protocol' | 'match'>,
): Visit => ({
  request,
  response,
  began: performance.now(),
  method: request.method ?? 'GET',
  path,
  search,
  client,
  protocol,
  correlationId: correlationIdOf(request),
  trace: traceOf(single(request.headers['traceparent'])),
  match,
});
