import type { RoutedVisit } from './visit.ts';

const ALLOW = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * Whether this is an OPTIONS request that may be passed on to nobody (RFC 9110 section 7.6.2): its answer's `head` then
 * says all there is to say.
 */
export const isLastForward = ({ request, head, method }: RoutedVisit): boolean => {
  if (method !== 'OPTIONS' || request.headers['max-forwards']?.toString().trim() !== '0') return false;
  head.push('allow', ALLOW);
  return true;
};

/** What is left of Max-Forwards for the next one; what is no number stays as it is. */
export const oneForwardLess = (value: string): string => (/^\d{1,9}$/.test(value) ? String(Number(value) - 1) : value);
