import { END, type ProposedEvent } from './event-log.ts';
import type { Lookups } from './lookups.ts';
import { encodeRecord } from './record.ts';
import { encodeHead, encodePosition, revisionKey, streamKey, type StreamHead, type Tables } from './tables.ts';

/** Positions only grow: pages are filled to the end, where LMDB would leave half of each for keys in between. */
const AT_THE_END = { append: true };

/** Where a log ends. */
export type LogEnd = { readonly position: number; readonly created: bigint };

/** Puts records at the end of the log, within the open write transaction. */
export const batchWriter = (tables: Tables, lookups: Lookups, end: LogEnd, now: bigint) => {
  const ids = new Map<string, number>();
  // A clock set back must not make young events look old.
  const created = now > end.created ? now : end.created;
  let position = end.position;

  const put = (stream: string, event: ProposedEvent, revision: bigint): void => {
    const record = encodeRecord({ ...event, stream, revision, created });
    position += record.length;
    tables.records.putSync(position, record, AT_THE_END);
    ids.set(event.id, position);
  };

  return {
    append: (stream: string, events: readonly ProposedEvent[]): void => {
      let head = lookups.head(stream);
      for (const event of events) {
        const revision = (head?.lastRevision ?? -1) + 1;
        put(stream, event, BigInt(revision));
        const next: StreamHead = { id: head?.id ?? position, lastRevision: revision, tombstoned: false };
        tables.revisions.putSync(revisionKey(next.id, revision), encodePosition(position));
        head = next;
      }
      if (head !== undefined) tables.streams.putSync(streamKey(stream), encodeHead(head));
    },
    /** The last record of a stream stands outside its numbering. */
    tombstone: (stream: string, event: ProposedEvent): void => {
      const head = lookups.head(stream);
      put(stream, event, END);
      const ended = { id: head?.id ?? position, lastRevision: head?.lastRevision ?? -1, tombstoned: true };
      tables.streams.putSync(streamKey(stream), encodeHead(ended));
    },
    end: (): LogEnd => ({ position, created }),
    ids: (): ReadonlyMap<string, number> => ids,
  };
};

export type BatchWriter = ReturnType<typeof batchWriter>;
