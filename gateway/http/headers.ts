import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeader } from 'node:http';

/** Hop-by-hop headers (RFC 9110 section 7.6.1); the gateway itself answers `expect`. */
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

/** Headers that only the gateway may set for a service: those of a client are dropped. */
const GATEWAY_ONLY =
  /^(x-user-|x-service-|x-forwarded|forwarded$|x-real-ip$|x-original-|x-rewrite-|x-http-method|x-method-override|x-correlation-id$|traceparent$)/;

/** Credentials are dropped: services get a signed context instead. */
const CREDENTIALS = new Set(['authorization', 'cookie']);

/**
 * Dropped from answers as well: an upstream's description of itself, and headers that the gateway sets in its place.
 */
const NOT_FOR_CLIENTS = new Set([...HOP_BY_HOP, 'server', 'x-powered-by', 'x-correlation-id']);

/** Lists to which upstream and gateway may both add. */
const LISTS = new Set(['vary', 'link']);

const NO_NAMES: ReadonlySet<string> = new Set();

/** The headers that `Connection` declares hop-by-hop. */
const namedInConnection = (connection: string | undefined): ReadonlySet<string> =>
  connection === undefined || connection === 'keep-alive'
    ? NO_NAMES
    : new Set(
        connection
          .toLowerCase()
          .split(',')
          .map((name) => name.trim()),
      );

/** `name, value, name, value …`, as both Node and undici take it. */
export type RawHeaders = string[];

/** The index of the field `name` in `headers`, or -1. Looks at names only: a value may read like any name. */
export const indexOfField = (headers: RawHeaders, name: string): number => {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return at;
  return -1;
};

/** The name under which a client's header is forwarded to an upstream; `undefined` when it is dropped. */
const forwardedName = (rawName: string): string | undefined => {
  const name = rawName.toLowerCase();
  const ends = HOP_BY_HOP.has(name) || CREDENTIALS.has(name) || name === 'host' || GATEWAY_ONLY.test(name);
  return ends ? undefined : name;
};

/** The client's headers that are forwarded to the upstream. */
export const forwardedRequestHeaders = (request: IncomingMessage, keepTracestate: boolean): RawHeaders => {
  const { rawHeaders, headers } = request;
  const perConnection = namedInConnection(headers.connection);
  const forwardedHeaders: RawHeaders = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = forwardedName(rawHeaders[at] ?? '');
    if (name === undefined || perConnection.has(name) || (name === 'tracestate' && !keepTracestate)) continue;
    forwardedHeaders.push(name, rawHeaders[at + 1] ?? '');
  }
  return forwardedHeaders;
};

const joinLists = (receivedValue: string | string[], name: string, addedHeaders: RawHeaders): string | string[] => {
  const at = indexOfField(addedHeaders, name);
  return at === -1 ? receivedValue : [receivedValue, addedHeaders[at + 1] ?? ''].flat().join(', ');
};

/**
 * The answer's headers: the upstream's without those that are dropped, and `addedHeaders` where the upstream has none by that
 * name, or appended where both are lists. One list without duplicates: set one by one on the response, each header
 * costs several times as much.
 */
export const forwardedAnswerHeaders = (
  headers: IncomingHttpHeaders,
  addedHeaders: RawHeaders,
): OutgoingHttpHeader[] => {
  const perConnection = namedInConnection(headers.connection);
  const passes = (name: string): boolean => !NOT_FOR_CLIENTS.has(name) && !perConnection.has(name);
  const answerHeaders: OutgoingHttpHeader[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || !passes(name)) continue;
    answerHeaders.push(name, LISTS.has(name) ? joinLists(value, name, addedHeaders) : value);
  }
  for (let at = 0; at + 1 < addedHeaders.length; at += 2) {
    const name = addedHeaders[at] ?? '';
    if (headers[name] === undefined || !passes(name)) answerHeaders.push(name, addedHeaders[at + 1] ?? '');
  }
  return answerHeaders;
};
