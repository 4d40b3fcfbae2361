import { END } from './event-log.ts';
import type { Finder } from './finder.ts';
import { headAfter, type PendingWrites } from './pending-writes.ts';
import { isSound, recordAddress } from './record.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';

type EarlierLog = Pick<WriteAheadLog, 'earlierFrames' | 'lostPosition'>;

/**
 * Adds what the log holds beyond the tables. Throws when the two do not belong together, or when something committed is
 * in neither: going on without it would give its place to something else.
 */
export const restoreWrites = (
  { earlierFrames, lostPosition }: EarlierLog,
  recent: PendingWrites,
  tables: Finder,
): void => {
  const finder = recent.over(tables);
  const [end = 0] = tables.positions({ reverse: true, limit: 1 });
  if (earlierFrames[0] !== undefined && earlierFrames[0].from > end) {
    throw new Error('The write-ahead log continues other data than there is: was the data file replaced?');
  }
  // The tables take over all that the log holds, never a part of it.
  const isNeeded = (position: number): boolean =>
    (earlierFrames.at(-1)?.from ?? end) >= end && !isStored(tables, position);
  if (lostPosition !== undefined && isNeeded(lostPosition)) throw new Error(DAMAGED_LOG);

  const restore = (position: number, record: Buffer): void => {
    const { stream, revision } = recordAddress(BigInt(position), record);
    const before = finder.head(stream);
    if (revision !== END && revision !== BigInt((before?.lastRevision ?? -1) + 1)) throw new Error(DAMAGED_LOG);
    // Nothing else vouches for the name of a stream that this record began.
    if (before === undefined && !isSound(record)) throw new Error(DAMAGED_LOG);
    recent.add({ position, record, stream, head: headAfter(before, position, revision) });
  };

  for (const { from, records, isSound } of earlierFrames) {
    let position = from;
    for (const record of records) {
      position += record.length;
      if (from >= end) restore(position, record);
      else if (!isSound && !isStored(tables, position)) throw new Error(DAMAGED_LOG);
    }
  }
};

const isStored = (tables: Finder, position: number): boolean => tables.record(position) !== undefined;

const DAMAGED_LOG =
  'The write-ahead log is damaged: events that were acknowledged cannot be read. Restore a copy of the directory, or ' +
  'move write-ahead.log away to go on without them.';
