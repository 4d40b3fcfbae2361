import type { ServerResponse } from 'node:http';
import type { RawHeaders } from './headers.ts';
import type { Deprecation } from '../routing/routes.ts';

/**
 * An API answer is data: nothing in it may run, be framed, or be taken for another type. An upstream may be stricter.
 */
const SECURITY: RawHeaders = [
  ...['x-content-type-options', 'nosniff'],
  ...['content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
  ...['referrer-policy', 'no-referrer'],
  ...['cross-origin-resource-policy', 'same-site'],
  ...['strict-transport-security', 'max-age=31536000; includeSubDomains'],
];

/** Headers of every response, from the gateway or a service. */
export const headOf = (correlationId: string): RawHeaders => [...SECURITY, 'x-correlation-id', correlationId];

/** Sets `head` on the gateway's own answer; later values of the same name replace it. */
export const setHead = (response: ServerResponse, head: RawHeaders): void => {
  for (let at = 0; at + 1 < head.length; at += 2) response.setHeader(head[at] ?? '', head[at + 1] ?? '');
};

/** `Deprecation` as in RFC 9745, `Sunset` as in RFC 8594. */
export const announceDeprecation = (head: RawHeaders, { since, sunset, successor }: Deprecation): void => {
  head.push('deprecation', `@${Math.floor(since.getTime() / 1_000)}`);
  if (sunset !== undefined) head.push('sunset', sunset.toUTCString());
  if (successor !== undefined) head.push('link', `<${successor}>; rel="successor-version"`);
};
