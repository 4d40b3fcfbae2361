import type { StoredEvent } from './event-log.ts';
import type { Finder } from './finder.ts';
import { decodeRecord, RecordDamaged, recordId } from './record.ts';
import { isMetastream } from './stream-metadata.ts';
import type { StreamHead } from './tables.ts';

/** The lookups that decide an append: stream heads, event ids, positions and single events. */
export const lookupsIn = (finder: Finder) => {
  const { head } = finder;

  const positionOf = (streamId: number, revision: bigint): number | undefined =>
    finder.positionOf(streamId, Number(revision));

  /** Good until the next read. */
  const recordOf = (streamId: number, revision: bigint): Buffer | undefined => {
    const position = positionOf(streamId, revision);
    return position === undefined ? undefined : finder.record(position);
  };

  const at = (position: number): StoredEvent | undefined => {
    const record = finder.record(position);
    return record === undefined ? undefined : decodeRecord(BigInt(position), record);
  };

  const eventOf = (streamId: number, revision: bigint): StoredEvent | undefined => {
    const position = positionOf(streamId, revision);
    return position === undefined ? undefined : at(position);
  };

  /** The event of a revision that the stream has had: that it cannot be found is no answer. Throws `RecordDamaged`. */
  const eventAt = ({ id }: StreamHead, revision: bigint): StoredEvent => {
    const event = eventOf(id, revision);
    if (event === undefined)
      throw new RecordDamaged(BigInt(id), `began a stream whose revision ${revision} cannot be found`);
    return event;
  };

  return {
    head,
    /** Metadata that was written before the tombstone of its stream stays, and may be replaced. */
    isTombstoned: (stream: string): boolean => {
      const own = head(stream);
      if (own !== undefined) return own.tombstoned;
      return isMetastream(stream) && head(stream.slice(2))?.tombstoned === true;
    },
    positionOf,
    recordOf,
    at,
    numbered: eventAt,
    /** The last event of a stream that has one and no tombstone. */
    lastOf: (stream: string): StoredEvent | undefined => {
      const last = head(stream);
      const hasLast = last !== undefined && last.lastRevision >= 0 && !last.tombstoned;
      return hasLast ? eventAt(last, BigInt(last.lastRevision)) : undefined;
    },
    idAt: (streamId: number, revision: bigint): string | undefined => {
      const record = recordOf(streamId, revision);
      return record === undefined ? undefined : recordId(record);
    },
  };
};

export type Lookups = ReturnType<typeof lookupsIn>;
