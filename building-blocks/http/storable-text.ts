import { ZodError } from 'zod';

type Path = readonly (string | number)[];

/**
 * PostgreSQL keeps neither U+0000 nor half a surrogate pair: an event with one could be stored, and then never be
 * shown.
 */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Where in `value` a text lies that cannot be kept. */
const unstorablePath = (value: unknown, path: Path): Path | undefined => {
  if (typeof value === 'string') return isStorableText(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const badPath = isStorableText(key) ? unstorablePath(item, [...path, key]) : path;
    if (badPath !== undefined) return badPath;
  }
  return undefined;
};

/** Throws a `ZodError` that names the place of a text in `value` which no database of ours can keep. */
export const rejectUnstorableText = (value: unknown, path: Path = []): void => {
  const badPath = unstorablePath(value, path);
  if (badPath === undefined) return;
  const message = 'U+0000 and unpaired surrogates cannot be kept';
  throw new ZodError([{ code: 'custom', path: [...badPath], message, input: undefined }]);
};
