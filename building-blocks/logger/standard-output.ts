import { writeSync } from 'node:fs';

/** Accepts whole lines. */
export type Lines = { readonly write: (line: string) => void; readonly flush: () => void };

/**
 * Passes the lines of one turn of the event loop to `writeText` at once: a system call costs more than the rest of a
 * line. A caller that must be sure that a line is written calls `flush`.
 */
export const gatherLines = (writeText: (text: string) => void): Lines => {
  let pendingText = '';
  const flush = (): void => {
    if (pendingText === '') return;
    const lines = pendingText;
    pendingText = '';
    writeText(lines);
  };
  return {
    write: (line) => {
      if (pendingText === '') setImmediate(flush);
      pendingText += line;
    },
    flush,
  };
};

const STDOUT = 1;
const RETRIES_MAX = 50;
const RETRY_MS = 2;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes the whole text, waiting a moment for a slow reader. Throws the error of the system. */
const writeWhole = (bytes: Buffer): void => {
  let retries = 0;
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += writeSync(STDOUT, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || retries >= RETRIES_MAX) throw error;
      retries += 1;
      Atomics.wait(sleeper, 0, 0, RETRY_MS);
    }
  }
};

let droppedCount = 0;
let unreportedCount = 0;
let isTaking = true;

/** How many lines of this process were dropped because standard output accepted no more: a full disk, a closed pipe. */
export const droppedLines = (): number => droppedCount;

/** Lines dropped since the last call, once standard output accepts lines again. */
export const takeUnreportedDrops = (): number => {
  if (!isTaking) return 0;
  const count = unreportedCount;
  unreportedCount = 0;
  return count;
};

/** A log that cannot be written must not end the process that writes it. */
const writeOrDrop = (text: string): void => {
  try {
    writeWhole(Buffer.from(text));
    isTaking = true;
  } catch {
    isTaking = false;
    const lines = text.split('\n').length - 1;
    droppedCount += lines;
    unreportedCount += lines;
  }
};

let output: Lines | undefined;

/**
 * Standard output, one for all loggers of a process. Buffered lines are written when the process ends, also by an
 * error.
 */
export const standardOutput = (): Lines => {
  if (output === undefined) {
    output = gatherLines(writeOrDrop);
    process.once('exit', output.flush);
    // Other output of the process must not end it either.
    process.stdout.on('error', () => undefined);
    process.stderr.on('error', () => undefined);
  }
  return output;
};
