import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationIdOf } from '@lego-moc/http/correlation';
import { clientAddress } from './client-address.ts';
import type { RawHeaders } from './headers.ts';
import { headOf } from './response-headers.ts';
import type { Match } from './routes-table.ts';
import type { Verified } from './tokens.ts';
import { traceOf, type Trace } from './trace.ts';

/** One request at the door, and what has been found out about it so far. */
export type Visit = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly began: number;
  readonly method: string;
  readonly client: string;
  /** What the client spoke, as far as we or a proxy of ours saw it. */
  readonly protocol: 'http' | 'https';
  readonly correlationId: string;
  readonly trace: Trace;
  /** What the gateway itself says in the head of the answer; lets those who come to know more add to it. */
  readonly head: RawHeaders;
  /** What it is for, in the client's words; known once its head has been read. */
  host?: string;
  match?: Match;
  verified?: Verified;
};

/** A visit to a path that leads to an upstream. */
export type RoutedVisit = Visit & { readonly match: Match };

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;

/** A proxy of ours says what the client spoke to it; without one it was plain HTTP, which is all we speak. */
const protocolOf = ({ headers }: IncomingMessage, trustedProxies: number): Visit['protocol'] =>
  trustedProxies > 0 && single(headers['x-forwarded-proto'])?.split(',').at(-1)?.trim() === 'https' ? 'https' : 'http';

/** Who asks, before anything is believed. */
export const arrive = (request: IncomingMessage, response: ServerResponse, trustedProxies: number): Visit => {
  const correlationId = correlationIdOf(request);
  return {
    request,
    response,
    began: performance.now(),
    method: request.method ?? 'GET',
    client: clientAddress(request.socket.remoteAddress, single(request.headers['x-forwarded-for']), trustedProxies),
    protocol: protocolOf(request, trustedProxies),
    correlationId,
    trace: traceOf(single(request.headers['traceparent'])),
    head: headOf(correlationId),
  };
};
