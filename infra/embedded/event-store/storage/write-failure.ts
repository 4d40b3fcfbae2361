import { statfsSync } from 'node:fs';
import { LogUnavailable } from './event-log.ts';

const NO_SPACE_CODES: readonly unknown[] = [
  28 /* ENOSPC */,
  122 /* EDQUOT */,
  27 /* EFBIG */,
  -30792 /* MDB_MAP_FULL */,
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
];
/** LMDB reports a write cut short by a full disk as an I/O error; less room than this explains it better. */
const FREE_BYTES_MIN = 1024 * 1024;

/** Says what a failed write means to the caller. */
export const toLogUnavailable = (error: unknown, directory: string): LogUnavailable => {
  if (error instanceof LogUnavailable) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isFull = NO_SPACE_CODES.includes(code) || freeBytes(directory) < FREE_BYTES_MIN;
  return isFull
    ? new LogUnavailable('disk-full', `The disk is full, nothing was written: ${message}`, error)
    : new LogUnavailable('failed', `The disk refused the write: ${message}`, error);
};

const freeBytes = (directory: string): number => {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
};
