import type { StreamMetadata } from './event-log.ts';

const TICKS_PER_SECOND = 10_000_000n;

/** The first revision that `$tb` and `$maxCount` leave readable. */
export const firstReadable = (lastRevision: bigint, { truncateBefore, maxCount }: StreamMetadata): bigint => {
  const byCount = maxCount === undefined ? 0n : lastRevision - maxCount + 1n;
  const byTruncation = truncateBefore ?? 0n;
  const later = byCount > byTruncation ? byCount : byTruncation;
  return later > 0n ? later : 0n;
};

/** Events created before this tick have outlived `$maxAge`; undefined when age does not matter. */
export const oldestReadable = (now: bigint, { maxAgeSeconds }: StreamMetadata): bigint | undefined =>
  maxAgeSeconds === undefined ? undefined : now - maxAgeSeconds * TICKS_PER_SECOND;

/**
 * The lowest revision in [from, to] that is young enough, or `to + 1n`. Creation times never decrease along a stream, so
 * a binary search finds it without reading what expired.
 */
export const firstYoungEnough = (
  from: bigint,
  to: bigint,
  oldest: bigint,
  createdAt: (revision: bigint) => bigint,
): bigint => {
  let low = from;
  let high = to + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    if (createdAt(middle) < oldest) low = middle + 1n;
    else high = middle;
  }
  return low;
};
