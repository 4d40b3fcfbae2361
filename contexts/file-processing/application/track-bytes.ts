import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Updated while the file is read; `signal` is aborted, with an `AttemptSuperseded`, when the attempt is to stop. */
export type ReadingProgress = { lots: number; bytes: number; lines: number; readonly signal: AbortSignal };

/** Larger chunks are split: parsing this much keeps the event loop for a few milliseconds. */
const CHUNK_BYTES_MAX = 64 * 1024;

/**
 * The same bytes in chunks of at most 64 KiB, counted and hashed on their way. The event loop turns before each chunk,
 * so that a source that never waits does not keep other requests from being served.
 */
export const trackBytes = (
  bytes: AsyncIterable<Uint8Array>,
  progress: ReadingProgress,
  checkLimits: () => void,
): { readonly chunks: AsyncIterable<Uint8Array>; readonly contentHash: () => string } => {
  const hash = createHash('sha256');
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for await (const large of bytes)
      for (let start = 0; start < large.length; start += CHUNK_BYTES_MAX) {
        await nextTurn();
        checkLimits();
        const chunk = large.subarray(start, start + CHUNK_BYTES_MAX);
        hash.update(chunk);
        progress.bytes += chunk.length;
        yield chunk;
      }
  };
  return { chunks: chunks(), contentHash: () => hash.digest('hex') };
};
