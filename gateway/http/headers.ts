import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeader } from 'node:http';

/** Headers of one connection (RFC 9110 section 7.6.1); the gateway itself answers `expect`. */
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

/** What only the gateway may tell a service: a client's own word for it ends here. */
const GATEWAY_ONLY =
  /^(x-user-|x-service-|x-forwarded|forwarded$|x-real-ip$|x-original-|x-rewrite-|x-http-method|x-method-override|x-correlation-id$|traceparent$)/;

/** Credentials end here: services get a signed context instead. */
const CREDENTIALS = new Set(['authorization', 'cookie']);

/** Besides, what an upstream says about itself, and what the gateway says in its place. */
const NOT_FOR_CLIENTS = new Set([...HOP_BY_HOP, 'server', 'x-powered-by', 'x-correlation-id']);

/** Lists, to which upstream and gateway may both have something to add. */
const LISTS = new Set(['vary', 'link']);

const NO_NAMES: ReadonlySet<string> = new Set();

/** Which headers `Connection` says are for this connection only. */
const namedInConnection = (connection: string | undefined): ReadonlySet<string> =>
  connection === undefined || connection === 'keep-alive'
    ? NO_NAMES
    : new Set(
        connection
          .toLowerCase()
          .split(',')
          .map((name) => name.trim()),
      );

/** `name, value, name, value …`, as both node and undici take it. */
export type RawHeaders = string[];

/** Where `headers` has a field by that name, or -1: a value may read like any name. */
export const indexOfField = (headers: RawHeaders, name: string): number => {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === name) return at;
  return -1;
};

/** The name under which a client's header goes to an upstream; `undefined` when it ends here. */
const forwardedName = (rawName: string): string | undefined => {
  const name = rawName.toLowerCase();
  const ends = HOP_BY_HOP.has(name) || CREDENTIALS.has(name) || name === 'host' || GATEWAY_ONLY.test(name);
  return ends ? undefined : name;
};

/** The client's headers as far as they are the upstream's business. */
export const forwardedRequestHeaders = (request: IncomingMessage, keepTracestate: boolean): RawHeaders => {
  const { rawHeaders, headers } = request;
  const perConnection = namedInConnection(headers.connection);
  const forwarded: RawHeaders = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = forwardedName(rawHeaders[at] ?? '');
    if (name === undefined || perConnection.has(name) || (name === 'tracestate' && !keepTracestate)) continue;
    forwarded.push(name, rawHeaders[at + 1] ?? '');
  }
  return forwarded;
};

const joinLists = (received: string | string[], name: string, added: RawHeaders): string | string[] => {
  const at = indexOfField(added, name);
  return at === -1 ? received : [received, added[at + 1] ?? ''].flat().join(', ');
};

/**
 * The answer's headers: the upstream's as far as they are the client's business, and `ours` where it says nothing by
 * that name, or behind what it says if that is a list. One list without doubles: set one by one on the response, each
 * header costs several times as much.
 */
export const forwardedAnswerHeaders = (headers: IncomingHttpHeaders, added: RawHeaders): OutgoingHttpHeader[] => {
  const perConnection = namedInConnection(headers.connection);
  const passes = (name: string): boolean => !NOT_FOR_CLIENTS.has(name) && !perConnection.has(name);
  const forwarded: OutgoingHttpHeader[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || !passes(name)) continue;
    forwarded.push(name, LISTS.has(name) ? joinLists(value, name, added) : value);
  }
  for (let at = 0; at + 1 < added.length; at += 2) {
    const name = added[at] ?? '';
    if (headers[name] === undefined || !passes(name)) forwarded.push(name, added[at + 1] ?? '');
  }
  return forwarded;
};
