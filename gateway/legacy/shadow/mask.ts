import { createHmac, randomBytes } from 'node:crypto';

const HASH_LENGTH = 12;

const sizeOf = (value: unknown): string => {
  if (typeof value === 'string') return `(${String(value.length)})`;
  return Array.isArray(value) ? `[${String(value.length)}]` : '';
};

const typeOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value) ? 'array' : typeof value;
};

export type Mask = (value: unknown) => string;

/**
 * Says of a value what type and length it has, and a hash by which it can be recognized. The key lives as long as the
 * process: nobody can find out a value by trying.
 */
export const createMask = (key = randomBytes(32)): Mask => {
  const hashOf = (value: unknown): string =>
    createHmac('sha256', key).update(JSON.stringify(value)).digest('hex').slice(0, HASH_LENGTH);
  return (value) =>
    value === null || value === undefined ? 'none' : `${typeOf(value)}${sizeOf(value)} ${hashOf(value)}`;
};

const ID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
const PATH_LENGTH_MAX = 300;

/** A path without ids, and with the names of its parameters only. */
export const maskTarget = (target: string): string => {
  const [path = '', query = ''] = target.split('?', 2);
  const names = [...new Set(new URLSearchParams(query).keys())];
  const parameters = names.length === 0 ? '' : `?${names.join('&')}`;
  return (path.replaceAll(ID, ':id') + parameters).slice(0, PATH_LENGTH_MAX);
};
