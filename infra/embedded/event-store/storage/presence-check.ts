import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { LogUnavailable } from './event-log.ts';

const FILES = ['data.mdb', 'write-ahead.log'] as const;

/**
 * Files that were removed take writes as long as somebody has them open: without a look at their names, events would
 * be acknowledged that nobody finds after the next start.
 */
export const presenceCheck = (directory: string) => {
  const files = FILES.flatMap((name) => openIfExists(join(directory, name)));
  return {
    /** Throws `LogUnavailable` when a file of the log was removed. */
    verify: (): void => {
      if (files.some((file) => fstatSync(file).nlink === 0)) {
        throw new LogUnavailable('failed', `${directory} was removed: nothing more is written. Restart the node.`);
      }
    },
    close: (): void => files.forEach((file) => closeSync(file)),
  };
};

export type PresenceCheck = ReturnType<typeof presenceCheck>;

const openIfExists = (path: string): readonly number[] => {
  try {
    return [openSync(path, 'r')];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};
