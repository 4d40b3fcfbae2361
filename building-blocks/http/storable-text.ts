import { ZodError } from 'zod';

type Path = readonly (string | number)[];

/**
 * PostgreSQL stores neither U+0000 nor half a surrogate pair: an event with one could be appended, and then never be
 * projected.
 */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** The path within `value` of a text that cannot be stored. */
const unstorablePath = (value: unknown, path: Path): Path | undefined => {
  if (typeof value === 'string') return isStorableText(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const badPath = isStorableText(key) ? unstorablePath(item, [...path, key]) : path;
    if (badPath !== undefined) return badPath;
  }
  return undefined;
};

/** Throws a `ZodError` that names the path of a text in `value` which PostgreSQL cannot store. */
export const rejectUnstorableText = (value: unknown, path: Path = []): void => {
  const badPath = unstorablePath(value, path);
  if (badPath === undefined) return;
  const message = 'U+0000 and unpaired surrogates cannot be kept';
  throw new ZodError([{ code: 'custom', path: [...badPath], message, input: undefined }]);
};
