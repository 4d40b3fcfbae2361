import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Content on the disk of this machine, until it is disposed of. */
export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** As base64url. */
  readonly sha256: string;
}

/** The content has more bytes than the limit. */
export class FileTooLarge extends Error {
  constructor(bytesMax: number) {
    super(`The content has more than ${bytesMax} bytes`);
    this.name = 'FileTooLarge';
  }
}

/** No space, no quota, a broken disk, a disk that was made read-only. */
const DISK_FAILURE = /^(?:ENOSPC|EDQUOT|EIO|EROFS|EMFILE)$/u;

/** This machine cannot store the content at the moment; callers see an outage. */
export class DiskUnavailable extends Error {
  constructor(cause: unknown) {
    super('The disk for temporary files is full or broken', { cause });
    this.name = 'ServiceUnavailable';
  }
}

const mapDiskFailures = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && DISK_FAILURE.test(String(error.code))
    ? new DiskUnavailable(error)
    : error;

const PREFIX = 'lego-moc-upload-';

/** Far longer than any request takes. */
const STALE_AGE_MS = 3_600_000;

const cleanups = new Map<string, Promise<void>>();

const removeStale = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (mtimeMs < Date.now() - STALE_AGE_MS) await rm(path, { recursive: true, force: true });
  }
};

/** Removes the files of killed processes, once per folder. */
const cleanUpOnce = (folder: string): Promise<void> => {
  const cleanup = cleanups.get(folder) ?? removeStale(folder).catch(() => undefined);
  cleanups.set(folder, cleanup);
  return cleanup;
};

/**
 * Writes content to a file that is removed when it is disposed of. Throws `FileTooLarge` when more than `bytesMax`
 * bytes arrive, `DiskUnavailable` when the disk fails, and errors of the content; nothing stays behind then. `folder`
 * is the system's for temporary files if not given.
 */
export const writeTemporaryFile = async (
  content: AsyncIterable<Uint8Array>,
  { bytesMax, folder = tmpdir() }: { readonly bytesMax: number; readonly folder?: string },
): Promise<TemporaryFile> => {
  await cleanUpOnce(folder);
  const directory = await mkdtemp(join(folder, PREFIX)).catch((error: unknown) => {
    throw mapDiskFailures(error);
  });
  const path = join(directory, 'content');
  const remove = () => rm(directory, { recursive: true, force: true });
  const hash = createHash('sha256');
  let size = 0;
  const measure = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      size += chunk.length;
      if (size > bytesMax) throw new FileTooLarge(bytesMax);
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(measure, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    await remove();
    throw mapDiskFailures(error);
  }
  return { path, size, sha256: hash.digest('base64url'), [Symbol.asyncDispose]: remove };
};
