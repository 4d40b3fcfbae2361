import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export type FolderCopy = {
  /** Of the copy; a file of the same size that is there already is left alone. */
  readonly to: string;
  /** By the path within the folder: `false` leaves out a file, or a folder with all that is in it. */
  readonly includes?: (path: string) => boolean;
};

const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const sizeOf = async (path: string): Promise<number | undefined> => (await ifThere(stat(path)))?.size;

/**
 * Copies a folder that others write to meanwhile: a file that is gone before its turn is left out, and one that changes
 * is copied in some state of it. Returns the number of files that it has copied.
 */
export const copyFolder = async (
  from: string,
  { to, includes = () => true }: FolderCopy,
  path = '',
): Promise<number> => {
  await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  let copies = 0;
  for (const entry of (await ifThere(readdir(join(from, path), { withFileTypes: true }))) ?? []) {
    const child = join(path, entry.name);
    if (!includes(child)) continue;
    if (entry.isDirectory()) copies += await copyFolder(from, { to, includes }, child);
    else if (entry.isFile() && (await sizeOf(join(from, child))) !== (await sizeOf(join(to, child))))
      copies += (await ifThere(copyFile(join(from, child), join(to, child)).then(() => 1))) ?? 0;
  }
  return copies;
};
