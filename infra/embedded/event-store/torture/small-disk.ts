import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of a few megabytes. */
export type SmallDisk = {
  readonly path: string;
  readonly grow: (megabytes: number) => void;
  /** Makes all further writes to it fail. */
  readonly lock: () => void;
  readonly remove: () => void;
};

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { timeout: 10_000 }).status === 0;

/** Mounts a file system in memory; undefined where mounting is not permitted. */
export const mountSmallDisk = (megabytes: number): SmallDisk | undefined => {
  const path = mkdtempSync(join(tmpdir(), 'event-store-disk-'));
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) {
    rmSync(path, { recursive: true, force: true });
    return undefined;
  }
  return {
    path,
    grow: (more) => {
      if (!run('mount', '-o', `remount,size=${more}m`, path)) throw new Error(`${path} cannot be enlarged`);
    },
    lock: () => {
      if (!run('mount', '-o', 'remount,ro', path)) throw new Error(`${path} cannot be made read-only`);
    },
    remove: () => {
      run('umount', '-l', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
};
