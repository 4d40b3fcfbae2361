import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeader } from 'node:http';
import { forwardsLeft } from './max-forwards.ts';

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

/** Besides, what an upstream says about itself, and what the gateway says in its place. */
const NOT_FOR_CLIENTS = new Set([...HOP_BY_HOP, 'server', 'x-powered-by', 'x-correlation-id']);

/** Lists, to which upstream and gateway may both have something to add. */
const LISTS = new Set(['vary', 'link']);

const NONE: ReadonlySet<string> = new Set();

/** Which headers `Connection` says are for this connection only. */
const named = (connection: string | undefined): ReadonlySet<string> =>
  connection === undefined || connection === 'keep-alive'
    ? NONE
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

const STOPS = '';

const judgement = (rawName: string): string => {
  const name = rawName.toLowerCase();
  const stops = HOP_BY_HOP.has(name) || CREDENTIALS.has(name) || name === 'host' || OURS.test(name);
  return stops ? STOPS : name;
};

const judged = new Map<string, string>();
const JUDGED_MAX = 1_000;

/** What a field goes on as, or `STOPS`. The same names come with every request. */
const goesOnAs = (rawName: string): string => {
  const known = judged.get(rawName);
  if (known !== undefined) return known;
  const name = judgement(rawName);
  if (judged.size < JUDGED_MAX) judged.set(rawName, name);
  return name;
};

/** The client's headers as far as they are the upstream's business. */
export const requestHeaders = (request: IncomingMessage, keepTracestate: boolean): RawHeaders => {
  const { rawHeaders, headers } = request;
  const perConnection = named(headers.connection);
  const kept: RawHeaders = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = goesOnAs(rawHeaders[at] ?? '');
    if (name === STOPS || perConnection.has(name) || (name === 'tracestate' && !keepTracestate)) continue;
    const value = rawHeaders[at + 1] ?? '';
    kept.push(name, name === 'max-forwards' ? forwardsLeft(request, value) : value);
  }
  return kept;
};

const joined = (theirs: string | string[], name: string, ours: RawHeaders): string | string[] => {
  const at = indexOfField(ours, name);
  return at === -1 ? theirs : [theirs, ours[at + 1] ?? ''].flat().join(', ');
};

/**
 * The answer's headers: the upstream's as far as they are the client's business, and `ours` where it says nothing by
 * that name, or behind what it says if that is a list. One list without doubles: set one by one on the response, each
 * header costs several times as much.
 */
export const answerHeaders = (headers: IncomingHttpHeaders, ours: RawHeaders): OutgoingHttpHeader[] => {
  const perConnection = named(headers.connection);
  const passes = (name: string): boolean => !NOT_FOR_CLIENTS.has(name) && !perConnection.has(name);
  const kept: OutgoingHttpHeader[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || !passes(name)) continue;
    kept.push(name, LISTS.has(name) ? joined(value, name, ours) : value);
  }
  for (let at = 0; at + 1 < ours.length; at += 2) {
    const name = ours[at] ?? '';
    if (headers[name] === undefined || !passes(name)) kept.push(name, ours[at + 1] ?? '');
  }
  return kept;
};
