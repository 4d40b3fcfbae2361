import { readdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

/** Throws unless the folder is empty or not there: nothing is overwritten. */
export const demandEmpty = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (names.length > 0) throw new Error(`${folder} is not empty: name another folder.`);
};

/** The names of the folders in a folder. */
export const foldersIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** Throws when one folder is, or lies in, the other. */
export const demandApart = (first: string, second: string): void => {
  const isWithin = (inner: string, outer: string): boolean =>
    !relative(resolve(outer), resolve(inner)).startsWith('..');
  if (isWithin(first, second) || isWithin(second, first))
    throw new Error(`${first} and ${second} must lie apart: whoever gets one of them must not have the other.`);
};
