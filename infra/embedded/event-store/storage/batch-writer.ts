import { END, type ProposedEvent } from './event-log.ts';
import type { Lookups } from './lookups.ts';
import { encodeRecord } from './record.ts';
import type { IdAddress } from './recent-ids.ts';
import { headAfter, type PendingWrites } from './pending-writes.ts';
import type { StreamHead } from './tables.ts';

/** Where a log ends. */
export type LogEnd = { readonly position: number; readonly created: bigint };

/** Appends records to those that are yet to be stored; `lookups` find in these, too. */
export const batchWriter = (writes: PendingWrites, lookups: Lookups, end: LogEnd, now: bigint) => {
  const ids = new Map<string, IdAddress>();
  // A clock set back must not make young events look old.
  const createdAt = now > end.created ? now : end.created;
  let position = end.position;

  const putEvent = (
    stream: string,
    event: ProposedEvent,
    revision: bigint,
    before: StreamHead | undefined,
  ): StreamHead => {
    const record = encodeRecord({ ...event, stream, revision, created: createdAt });
    position += record.length;
    if (!ids.has(event.id)) ids.set(event.id, { position, stream });
    const head = headAfter(before, position, revision);
    writes.add({ position, record, stream, head });
    return head;
  };

  return {
    append: (stream: string, events: readonly ProposedEvent[]): void => {
      let head = lookups.head(stream);
      for (const event of events) head = putEvent(stream, event, BigInt((head?.lastRevision ?? -1) + 1), head);
    },
    /** The last record of a stream has no revision of its numbering. */
    tombstone: (stream: string, event: ProposedEvent): void => {
      putEvent(stream, event, END, lookups.head(stream));
    },
    end: (): LogEnd => ({ position, created: createdAt }),
    /** The first place of each id that was appended. */
    ids: (): ReadonlyMap<string, IdAddress> => ids,
  };
};

export type BatchWriter = ReturnType<typeof batchWriter>;
