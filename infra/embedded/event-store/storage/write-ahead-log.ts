import { randomBytes } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BLANK,
  COMMIT_MARK,
  encodeFrame,
  FRAME_HEADER_BYTES,
  lostBehind,
  readFrames,
  type Frame,
} from './write-ahead-frames.ts';

const flush = promisify(fdatasync);

/**
 * A file that always has this size: writing within it changes no metadata of the file system, so that a flush is one
 * write to the disk. It bounds what a start has to read, too.
 */
export const WRITE_AHEAD_BYTES = 2 * 1024 * 1024;
const PAGE_BYTES = 4_096;
/** Layout: salt u32 · the boot it was last open in, 16 bytes · frames. */
const SALT_BYTES = 4;
const PREFIX_BYTES = 20;

export type WriteAheadLog = {
  /** The frames that an earlier run left here, oldest first; some of them may be in the tables. */
  readonly earlierFrames: readonly Frame[];
  /** Position of the first record behind these that was committed and can no longer be read, 0 if that is unknown. */
  readonly lostPosition: number | undefined;
  readonly hasRoom: (records: readonly Buffer[]) => boolean;
  /** Resolves once durable. `from` is the position before the first record. After a failure, `restart`. */
  readonly append: (from: number, records: readonly Buffer[]) => Promise<void>;
  /** Everything is in the tables: begins at the front, over what need not be kept. */
  readonly restart: () => void;
  readonly close: () => void;
};

/** Opens or creates the log of a directory; throws where there is no room for it. */
export const openWriteAheadLog = (directory: string): WriteAheadLog => {
  const path = join(directory, 'write-ahead.log');
  if (!exists(path)) create(directory, path);
  const content = readFileSync(path);
  if (content.length < PREFIX_BYTES) throw new Error(`${path} has lost its beginning`);
  const salt = content.readUInt32BE(0);
  const boot = bootId();
  // Written bytes outlive the process; bytes that were not flushed are lost when the operating system goes down.
  const isSameBoot = boot?.equals(content.subarray(SALT_BYTES, PREFIX_BYTES)) === true;
  const earlierFrames = readFrames(content.subarray(PREFIX_BYTES), salt, isSameBoot);
  const file = openSync(path, 'r+');
  let offset = earlierFrames.reduce((sum, { bytes }) => sum + bytes, PREFIX_BYTES);
  const lostPosition = lostBehind(earlierFrames, content.subarray(PREFIX_BYTES));
  if (!isSameBoot) {
    const last = earlierFrames.at(-1);
    // Being whole was enough this time; from now on it must say so.
    if (last !== undefined && lostPosition === undefined) {
      write(file, BLANK, offset);
      write(file, COMMIT_MARK, offset - last.bytes);
    }
    write(file, boot ?? UNKNOWN_BOOT, SALT_BYTES);
  }

  return {
    earlierFrames,
    lostPosition,
    hasRoom: (records) => offset + encodedBytes(records) <= WRITE_AHEAD_BYTES,
    append: async (from, records) => {
      const frame = encodeFrame(from, records, salt);
      write(file, Buffer.concat([frame, BLANK]), offset);
      await flush(file);
      write(file, COMMIT_MARK, offset);
      offset += frame.length;
    },
    restart: () => {
      offset = PREFIX_BYTES;
    },
    close: () => closeSync(file),
  };
};

const UNKNOWN_BOOT = Buffer.alloc(PREFIX_BYTES - SALT_BYTES);

/** Undefined where the system does not tell (only Linux does so in a file). */
const bootId = (): Buffer | undefined => {
  try {
    const digits = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replace(/[^0-9a-f]/g, '');
    return digits.length === 2 * UNKNOWN_BOOT.length ? Buffer.from(digits, 'hex') : undefined;
  } catch {
    return undefined;
  }
};

const encodedBytes = (records: readonly Buffer[]): number =>
  records.reduce((sum, { length }) => sum + 4 + length, FRAME_HEADER_BYTES + BLANK.length);

/** A full disk may take less than it was given without calling it an error. */
const write = (file: number, bytes: Uint8Array, at: number): void => {
  const byteCount = writeSync(file, bytes, 0, bytes.length, at);
  if (byteCount !== bytes.length) throw new Error(`The disk took ${byteCount} of ${bytes.length} bytes`);
};

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Whole and durable under its name, or not there at all. */
const create = (directory: string, path: string): void => {
  const blank = Buffer.alloc(WRITE_AHEAD_BYTES);
  // Nobody can write an event whose bytes would pass for a frame.
  randomBytes(SALT_BYTES).copy(blank);
  const unfinishedPath = `${path}.new`;
  const file = openSync(unfinishedPath, 'w');
  try {
    // Linux keeps in one piece what is written in one piece, and looks through all of it with each flush.
    for (let at = 0; at < blank.length; at += PAGE_BYTES) write(file, blank.subarray(at, at + PAGE_BYTES), at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinishedPath, path);
  const folder = openSync(directory, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};
