import { workSlots } from '@lego-moc/workers/work-slots';
import type { ReadingQueue } from '../../application/ports/reading-queue.ts';

/** A list with this many bytes is read for a second or more, and leaves one reader to smaller ones. */
const LARGE_BYTES = 1024 * 1024;

/** What reading any file costs besides its content, in bytes. */
const FIXED_COST = 64 * 1024;

/** As many files at once as there are readers; more than `waitingMax` waiting ones are an outage. */
export const readingQueue = (readersMax: number, waitingMax: number): ReadingQueue => {
  const slots = workSlots({ slotsMax: readersMax, waitingMax, largeAbove: LARGE_BYTES + FIXED_COST });
  return {
    run: async ({ owner, size }, work) => {
      const release = await slots.acquire(owner, size + FIXED_COST);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
};
