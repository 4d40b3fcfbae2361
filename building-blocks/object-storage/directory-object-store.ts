import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Instant } from '@lego-moc/kernel/message';
import { newId } from '@lego-moc/application/new-id';
import { assertKey, ObjectStoreUnavailable, type ObjectStore, type StoredObject } from './object-store.ts';
import type { SignedForms } from './signed-form.ts';
import type { SignedQueries } from './signed-query.ts';

export type DirectoryObjectStoreOptions = {
  /** Created when missing. Holds `objects/`, one file per key, and `incoming/` for files being written. */
  readonly directory: string;
  /**
   * The base URL of the files, without a final slash: a signed URL is `<publicUrl>/<key>?<query>`, and a signed form is
   * sent to `<publicUrl>`.
   */
  readonly publicUrl: string;
  readonly signedQueries: SignedQueries;
  readonly signedForms: SignedForms;
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** No space, no quota, a broken disk, a disk that was made read-only. */
const DISK_FAILURE = /^(?:ENOSPC|EDQUOT|EIO|EROFS)$/u;

const isDiskFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && DISK_FAILURE.test(String(error.code));

const unlessMissing = async <T>(result: Promise<T>): Promise<T | undefined> => {
  try {
    return await result;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** A new name is durable only when its folder is. Windows cannot sync folders and does not need to. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const filesUnder = async function* (folder: string, key: string): AsyncGenerator<StoredObject> {
  const entries = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      yield* filesUnder(path, `${key}${entry.name}/`);
      continue;
    }
    const stats = entry.isFile() ? await unlessMissing(stat(path)) : undefined;
    if (stats !== undefined)
      yield { key: `${key}${entry.name}`, size: stats.size, modifiedAt: stats.mtime.toISOString() as Instant };
  }
};

/** Moves a finished file to its place; retries if a concurrent delete has just removed the empty folder. */
const moveInto = async (from: string, to: string, attemptsLeft = 3): Promise<void> => {
  const folder = dirname(to);
  await mkdir(folder, { recursive: true });
  try {
    await rename(from, to);
    await syncFolder(folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    if (!isMissing(error) || attemptsLeft === 1) throw error;
    await moveInto(from, to, attemptsLeft - 1);
  }
};

const write = async (
  content: AsyncIterable<Uint8Array>,
  incomingDirectory: string,
  place: string,
  options: { readonly signal?: AbortSignal },
): Promise<void> => {
  const temporary = join(incomingDirectory, newId());
  await mkdir(incomingDirectory, { recursive: true });
  try {
    // `flush` makes closing wait for the disk.
    await pipeline(content, createWriteStream(temporary, { flags: 'wx', flush: true }), options);
    await moveInto(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw isDiskFailure(error) ? new ObjectStoreUnavailable(error) : error;
  }
};

/** Objects as files of one machine. Survives a crash at any point: a file is moved to its place when it is complete. */
export const directoryObjectStore = ({
  directory,
  publicUrl,
  signedQueries,
  signedForms,
}: DirectoryObjectStoreOptions): ObjectStore => {
  const objects = join(directory, 'objects');
  const incomingDirectory = join(directory, 'incoming');

  const pathOf = (key: string): string => {
    assertKey(key);
    return join(objects, key);
  };

  const head = async (key: string): Promise<StoredObject | undefined> => {
    const stats = await unlessMissing(stat(pathOf(key)));
    if (stats?.isFile() !== true) return undefined;
    return { key, size: stats.size, modifiedAt: stats.mtime.toISOString() as Instant };
  };

  return {
    put: async (key, content, options = {}) => write(content, incomingDirectory, pathOf(key), options),

    get: async (key, range) => {
      const path = pathOf(key);
      if ((await head(key)) === undefined) return undefined;
      return createReadStream(path, range === undefined ? {} : { start: range.first, end: range.last });
    },

    head,

    delete: async (key) => {
      const path = pathOf(key);
      await rm(path, { force: true });
      if (dirname(path) === objects) return;
      // Fails while the folder holds other objects, which is as it should be.
      await rmdir(dirname(path)).catch(() => undefined);
    },

    list: async function* (prefix) {
      const folderKey = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (folderKey !== '') assertKey(folderKey.slice(0, -1));
      for await (const object of filesUnder(join(objects, folderKey), folderKey))
        if (object.key.startsWith(prefix)) yield object;
    },

    signedUrl: (key, options) => {
      assertKey(key);
      const { query, expiresAt } = signedQueries.sign(key, options);
      return Promise.resolve({ url: `${publicUrl}/${key}?${query}`, expiresAt });
    },

    uploadForm: (key, options) => {
      assertKey(key);
      return Promise.resolve({ url: publicUrl, fields: signedForms.sign(key, options) });
    },

    removeUnfinished: async (before) => {
      let removedCount = 0;
      for await (const { key, modifiedAt } of filesUnder(incomingDirectory, '')) {
        if (modifiedAt >= before) continue;
        await rm(join(incomingDirectory, key), { force: true });
        removedCount += 1;
      }
      return removedCount;
    },
  };
};
