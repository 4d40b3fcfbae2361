import { readFile, stat } from 'node:fs/promises';
import { parseSynonyms, type Synonyms } from '../../domain/synonyms.ts';

/** A longer file slows every search. */
const BYTES_MAX = 256 * 1024;

/** The synonyms of a file; see `parseSynonyms`. Throws when it cannot be read or is too long. */
export const readSynonyms = async (path: string): Promise<Synonyms> => {
  const { size } = await stat(path);
  if (size > BYTES_MAX) throw new Error(`${path} is longer than ${BYTES_MAX} bytes`);
  return parseSynonyms(await readFile(path, 'utf8'));
};
