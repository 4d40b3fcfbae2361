import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { oneForwardLess } from './max-forwards.ts';

/** Belong to one connection, not to the message (RFC 9110 section 7.6.1); `expect` the gateway has answered itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** What only we may say, and what the client must not be able to make a service believe. */
const OURS =
  /^(x-user-|x-service-|x-forwarded|forwarded$|x-real-ip$|x-original-|x-rewrite-|x-http-method|x-method-override|x-correlation-id$|traceparent$)/;

/** Credentials end here: services get a signed context instead. */
const CREDENTIALS = new Set(['authorization', 'cookie']);

const named = (connection: string | undefined): ReadonlySet<string> =>
  new Set(
    connection
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim()) ?? [],
  );

/** `name, value, name, value …`, as both node and undici take it. */
export type RawHeaders = string[];

/** The client's headers as far as they are the upstream's business. */
export const requestHeaders = (request: IncomingMessage, keepTracestate: boolean): RawHeaders => {
  const { rawHeaders, headers } = request;
  const perConnection = named(headers.connection);
  const kept: RawHeaders = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (HOP_BY_HOP.has(name) || perConnection.has(name) || CREDENTIALS.has(name) || name === 'host') continue;
    if (OURS.test(name) || (name === 'tracestate' && !keepTracestate)) continue;
    const value = rawHeaders[at + 1] ?? '';
    kept.push(name, name === 'max-forwards' ? oneForwardLess(value) : value);
  }
  return kept;
};

/** The upstream's headers as far as they are the client's business. */
export const responseHeaders = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => {
  const perConnection = headers.connection === undefined ? undefined : named(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || perConnection?.has(name) === true) continue;
    if (name === 'server' || name === 'x-powered-by' || name === 'x-correlation-id') continue;
    kept[name] = headers[name];
  }
  return kept;
};
