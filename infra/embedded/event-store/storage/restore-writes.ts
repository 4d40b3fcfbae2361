import type { Finder } from './finder.ts';
import { headAfter, type PendingWrites } from './pending-writes.ts';
import { recordAddress } from './record.ts';
import type { Frame } from './write-ahead-frames.ts';

/** Adds what the frames hold beyond the tables. Throws when the two do not belong together. */
export const restoreWrites = (frames: readonly Frame[], recent: PendingWrites, tables: Finder): void => {
  const finder = recent.over(tables);
  const [end = 0] = tables.positions({ reverse: true, limit: 1 });
  if (frames[0] !== undefined && frames[0].from > end) {
    throw new Error('The write-ahead log continues other data than there is: was the data file replaced?');
  }
  for (const { from, records } of frames) {
    if (from < end) continue;
    let position = from;
    for (const record of records) {
      position += record.length;
      const { stream, revision } = recordAddress(BigInt(position), record);
      recent.add({ position, record, stream, head: headAfter(finder.head(stream), position, revision) });
    }
  }
};
