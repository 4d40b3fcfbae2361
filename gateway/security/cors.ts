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
  /**
   * Adds the CORS headers for the page's origin to `head`. Returns whether the request was a preflight and needs
   * nothing else.
   */
  readonly addCorsHeaders: (request: IncomingMessage, head: RawHeaders) => boolean;
  /** Whether a change that is authenticated by the cookie alone comes from an allowed origin. */
  readonly mayChangeByCookie: (request: IncomingMessage) => boolean;
};

/**
 * Cross-origin rules for these origins, each `scheme://host[:port]`. A wildcard is not offered: answers are personal.
 */
export const cors = (origins: readonly string[]): Cors => {
  const allowedOrigins = new Set(origins);

  return {
    addCorsHeaders: (request, head) => {
      const { origin } = request.headers;
      // Sent without an Origin as well: the cached answer to an <img> must not serve a request with an Origin.
      if (allowedOrigins.size > 0) head.push('vary', 'Origin');
      if (origin === undefined) return false;
      const isAllowed = allowedOrigins.has(origin);
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
      return allowedOrigins.has(origin) || (URL.canParse(origin) && new URL(origin).host === host);
    },
  };
};
