import { copyFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const LOG_BYTES_MAX = 20 * 1024 * 1024;
const CHECK_EVERY_MS = 5_000;

/**
 * Moves what a log holds to `<name>.1` when it is larger than `bytesMax`. The process that writes it keeps its open file,
 * which is in append mode and therefore begins anew. Without room for a copy, the content is dropped.
 */
export const rotateLog = (path: string, bytesMax = LOG_BYTES_MAX): void => {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= bytesMax) return;
  try {
    copyFileSync(path, `${path}.1`);
  } catch {
    rmSync(`${path}.1`, { force: true });
  }
  truncateSync(path);
};

/** Rotates every `*.log` in `folder` by size, until the returned function is called. */
export const rotateLogs = (folder: string): (() => void) => {
  const rotate = (): void => {
    // Somebody may delete the data of a running platform, whose services then say so themselves.
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) if (name.endsWith('.log')) rotateLog(join(folder, name));
  };
  rotate();
  const timer = setInterval(rotate, CHECK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
};
