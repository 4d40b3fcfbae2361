import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Of the format of LMDB's data file, version 2, what tells how long it must be. It begins with two root pages, of which
 * the one with the higher transaction counts; each names the last page there is.
 */
const MAGIC = 0xbeefc0de;
const VERSION = 2;
/** The root page proper stands behind a header, which is 16 bytes long where nothing was added to it. */
const ROOT_AT = [24, 16] as const;
const [VERSION_AT, PAGE_BYTES_AT, LAST_PAGE_AT, TRANSACTION_AT] = [4, 24, 120, 128] as const;
const ROOT_BYTES = 160;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65_536;

type Root = { readonly pageBytes: number; readonly bytesMin: bigint; readonly transaction: bigint };

/**
 * LMDB maps the file and believes it: where pages are missing, or it is another file altogether, the process would be
 * ended by a signal, with the first read or a later one. Throws where that is so. A file that is missing or empty has
 * held nothing, which what lies beside it may contradict.
 */
export const verifyDataFile = (directory: string): void => {
  const path = join(directory, 'data.mdb');
  const file = openIfThere(path);
  if (file === undefined) return;
  try {
    const size = fstatSync(file).size;
    const why = size === 0 ? undefined : damageOf(size, (at) => bytesAt(file, at));
    if (why !== undefined) throw new Error(`${path} is damaged: ${why}. Restore a copy of the directory.`);
  } finally {
    closeSync(file);
  }
};

const damageOf = (size: number, at: (offset: number) => Buffer): string | undefined => {
  const start = at(0);
  const rootAt = ROOT_AT.find((offset) => start.readUInt32LE(offset) === MAGIC);
  if (rootAt === undefined) return 'it does not begin as a data file does';
  // Not to be judged by what is known here of another version.
  if (rootAt !== ROOT_AT[0] || start.readUInt32LE(rootAt + VERSION_AT) !== VERSION) return undefined;
  const first = rootIn(start.subarray(rootAt));
  const second = first && rootIn(at(first.pageBytes).subarray(rootAt));
  if (first === undefined || second === undefined) return 'a root page cannot be read';
  const { bytesMin } = second.transaction > first.transaction ? second : first;
  return BigInt(size) < bytesMin ? `it has ${size} bytes of ${bytesMin.toString()}` : undefined;
};

const rootIn = (page: Buffer): Root | undefined => {
  const pageBytes = page.readUInt32LE(PAGE_BYTES_AT);
  const isRoot = page.readUInt32LE(0) === MAGIC && pageBytes >= PAGE_BYTES_MIN && pageBytes <= PAGE_BYTES_MAX;
  if (!isRoot) return undefined;
  const pages = page.readBigUInt64LE(LAST_PAGE_AT) + 1n;
  return { pageBytes, bytesMin: pages * BigInt(pageBytes), transaction: page.readBigUInt64LE(TRANSACTION_AT) };
};

/** Zeros where the file has ended. */
const bytesAt = (file: number, offset: number): Buffer => {
  const bytes = Buffer.alloc(ROOT_BYTES);
  readSync(file, bytes, 0, ROOT_BYTES, offset);
  return bytes;
};

const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
