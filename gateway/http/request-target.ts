export type Target = {
  readonly path: string;
  readonly search: string;
  /** Of a target in absolute form. */
  readonly authority: string | undefined;
};

/** The target of `OPTIONS *`: the gateway itself, and no resource of it (RFC 9110 section 9.3.7). */
export const EVERYTHING: Target = { path: '*', search: '', authority: undefined };

/** Browsers stop at 2,000, signed URLs stay under 4,000. */
export const TARGET_LENGTH_MAX = 8_192;

/** Anything but visible ASCII, and the backslash that some servers take for a slash. */
const FORBIDDEN = /[^\x21-\x7e]|\\/;
const ENCODED_FORBIDDEN = /%(?:00|2f|5c|0[1-9a-f]|1[0-9a-f]|7f)/i;

const ABSOLUTE = /^https?:\/\/([^/?#]+)/i;
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/**
 * A target without the scheme and authority of its absolute form: what a log and a problem may show of it, since an
 * authority may hold a password.
 */
export const originForm = (target: string): string => {
  if (target.startsWith('/') || target === '*') return target;
  const rest = target.replace(ORIGIN, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
};

const meansElsewhere = (segment: string): boolean => {
  const plain = segment.includes('%') ? segment.replaceAll(/%2e/gi, '.') : segment;
  return plain === '.' || plain === '..';
};

const decodes = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

const isPlain = (path: string): boolean => {
  if (path.includes('#') || path.includes('//')) return false;
  if (/[.%]/.test(path) && path.split('/').some(meansElsewhere)) return false;
  return !path.includes('%') || (!ENCODED_FORBIDDEN.test(path) && decodes(path));
};

/**
 * Splits a request target into path and query. `undefined` for one that two servers could read in two ways (dot
 * segments, empty segments, encoded slashes, control characters): the path that the routes table matched must be the
 * one that the upstream serves.
 */
export const parseTarget = (target: string): Target | undefined => {
  const authority = target.startsWith('/') ? undefined : ABSOLUTE.exec(target)?.[1];
  if (authority === undefined && !target.startsWith('/')) return undefined;
  const originTarget = originForm(target);
  const query = originTarget.indexOf('?');
  const path = query === -1 ? originTarget : originTarget.slice(0, query);
  const search = query === -1 ? '' : originTarget.slice(query);

  return isPlain(path) && !FORBIDDEN.test(originTarget) ? { path, search, authority } : undefined;
};
