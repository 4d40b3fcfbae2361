import { Readable } from 'node:stream';
import { writeTemporaryFile } from '../temporary-file.ts';

/** Calls `use` with the path of a file that holds the bytes, and removes the file afterwards. */
export const asFile = async <T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> => {
  await using file = await writeTemporaryFile(Readable.from([bytes]), { bytesMax: Infinity });
  return await use(file.path);
};
