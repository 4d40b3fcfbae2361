import type { RoutedVisit } from './visit.ts';

const ALLOW = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * Answers an OPTIONS request that may be passed on to nobody (RFC 9110 section 7.6.2). Returns whether it was one.
 */
export const answerLastForward = ({ request, response, method }: RoutedVisit): boolean => {
  if (method !== 'OPTIONS' || request.headers['max-forwards']?.toString().trim() !== '0') return false;
  response.writeHead(204, { allow: ALLOW }).end();
  return true;
};

/** What is left of Max-Forwards for the next one; what is no number stays as it is. */
export const oneForwardLess = (value: string): string => (/^\d{1,9}$/.test(value) ? String(Number(value) - 1) : value);
