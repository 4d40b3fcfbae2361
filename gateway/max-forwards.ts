import type { IncomingMessage } from 'node:http';
import type { Visit } from './visit.ts';

const ALLOW = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

const mayGoNoFurther = ({ headers }: IncomingMessage): boolean =>
  /^0+$/.test(headers['max-forwards']?.toString().trim() ?? '');

/**
 * Whether this is an OPTIONS request that ends here, because it is about the gateway itself (`*`) or may be passed on
 * to nobody (RFC 9110 section 7.6.2): its answer's `head` then says all there is to say.
 */
export const endsHere = ({ request, head, method, match }: Visit): boolean => {
  if (method !== 'OPTIONS') return false;
  if (request.url !== '*' && (match === undefined || !mayGoNoFurther(request))) return false;
  head.push('allow', ALLOW);
  return true;
};

/**
 * The Max-Forwards for the next one: one less, and never below none. It means something to OPTIONS (and TRACE, which is
 * not offered) only; with other methods, and where it is no number, it stays as it is.
 */
export const forwardsLeft = ({ method }: IncomingMessage, value: string): string =>
  method === 'OPTIONS' && /^\d{1,9}$/.test(value) ? String(Math.max(Number(value) - 1, 0)) : value;
