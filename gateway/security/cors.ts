import type { IncomingMessage } from 'node:http';
import type { RawHeaders } from '../http/headers.ts';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Correlation-Id, Traceparent';
const RESPONSE_HEADERS =
  'ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Deprecation, Sunset, Link, X-Correlation-Id';
const PREFLIGHT_S = '600';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export type Cors = {
  /** Has the answer's `head` tell what the page's origin may see. Returns whether that is all that was asked for. */
  readonly addCorsHeaders: (request: IncomingMessage, head: RawHeaders) => boolean;
  /** Whether a change asked for with nothing but a cookie may come from where it comes from. */
  readonly mayChangeByCookie: (request: IncomingMessage) => boolean;
};

/** Cross-origin rules for these origins, each `scheme://host[:port]`. A wildcard is not offered: answers are personal. */
export const cors = (origins: readonly string[]): Cors => {
  const allowed = new Set(origins);

  return {
    addCorsHeaders: (request, head) => {
      const { origin } = request.headers;
      // Said without an Origin as well: what <img> was given must not be kept for those who ask with one.
      if (allowed.size > 0) head.push('vary', 'Origin');
      if (origin === undefined) return false;
      const isAllowed = allowed.has(origin);
      if (isAllowed) {
        head.push('access-control-allow-origin', origin);
        head.push('access-control-allow-credentials', 'true');
        head.push('access-control-expose-headers', RESPONSE_HEADERS);
      }
      if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
      if (isAllowed) {
        head.push('access-control-allow-methods', METHODS);
        head.push('access-control-allow-headers', REQUEST_HEADERS);
        head.push('access-control-max-age', PREFLIGHT_S);
      }
      return true;
    },
    mayChangeByCookie: ({ method = 'GET', headers }) => {
      const { origin, host } = headers;
      if (SAFE.has(method) || origin === undefined) return true;
      return allowed.has(origin) || (URL.canParse(origin) && new URL(origin).host === host);
    },
  };
};
