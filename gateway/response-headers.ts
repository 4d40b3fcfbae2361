import type { ServerResponse } from 'node:http';
import type { Deprecation } from './routes-table.ts';

/** An API answer is data: nothing in it may run, be framed, or be taken for another type. An upstream may be stricter. */
const SECURITY: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-site'],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
];

/** Sets what every answer carries; what is set later under the same name replaces it. */
export const secure = (response: ServerResponse, correlationId: string): void => {
  for (const [name, value] of SECURITY) response.setHeader(name, value);
  response.setHeader('x-correlation-id', correlationId);
};

/** `Deprecation` as RFC 9745, `Sunset` as RFC 8594 have it. */
export const announceDeprecation = (response: ServerResponse, { since, sunset, successor }: Deprecation): void => {
  response.setHeader('deprecation', `@${Math.floor(since.getTime() / 1_000)}`);
  if (sunset !== undefined) response.setHeader('sunset', sunset.toUTCString());
  if (successor !== undefined) response.setHeader('link', `<${successor}>; rel="successor-version"`);
};
