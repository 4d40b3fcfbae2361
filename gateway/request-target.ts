export type Target = {
  readonly path: string;
  readonly search: string;
  /** Of a target in absolute form. */
  readonly authority: string | undefined;
};

/** Browsers stop at 2,000, signed URLs stay under 4,000. */
export const TARGET_LENGTH_MAX = 8_192;

/** Anything but visible ASCII, and the backslash that some servers take for a slash. */
const FORBIDDEN = /[^\x21-\x7e]|\\/;
const ENCODED_FORBIDDEN = /%(?:00|2f|5c|0[1-9a-f]|1[0-9a-f]|7f)/i;

const ABSOLUTE = /^https?:\/\/([^/?#]+)/i;

const splitOrigin = (target: string): { readonly whole: string; readonly authority: string | undefined } => {
  if (target.startsWith('/')) return { whole: target, authority: undefined };
  const [origin, authority] = ABSOLUTE.exec(target) ?? [];
  return { whole: origin === undefined ? '' : target.slice(origin.length) || '/', authority };
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

/**
 * Splits a request target into path and query. `undefined` for one that two servers could read in two ways (dot
 * segments, empty segments, encoded slashes, control characters): what the routes table decided must hold upstream.
 */
export const parseTarget = (target: string): Target | undefined => {
  const { whole, authority } = splitOrigin(target);
  const query = whole.indexOf('?');
  const path = query === -1 ? whole : whole.slice(0, query);
  const search = query === -1 ? '' : whole.slice(query);

  if (!path.startsWith('/') || path.includes('#') || FORBIDDEN.test(whole)) return undefined;
  if (path.includes('//')) return undefined;
  if (/[.%]/.test(path) && path.split('/').some(meansElsewhere)) return undefined;
  if (path.includes('%') && (ENCODED_FORBIDDEN.test(path) || !decodes(path))) return undefined;
  return { path, search, authority };
};
