import type { StoredEvent } from './event-log.ts';
import { decodeRecord, recordId } from './record.ts';
import { isMetastream } from './stream-metadata.ts';
import {
  decodeHead,
  decodePosition,
  revisionKey,
  streamKey,
  viewRecord,
  type StreamHead,
  type Tables,
} from './tables.ts';

/** Single finds in what is committed or, inside a write transaction, in what it has written so far. */
export const lookupsIn = (tables: Tables) => {
  const head = (stream: string): StreamHead | undefined => {
    const value = tables.streams.get(streamKey(stream));
    return value === undefined ? undefined : decodeHead(value);
  };

  const positionOf = (streamId: number, revision: bigint): number | undefined => {
    const value = tables.revisions.get(revisionKey(streamId, Number(revision)));
    return value === undefined ? undefined : decodePosition(value);
  };

  /** Good until the next read. */
  const recordOf = (streamId: number, revision: bigint): Buffer | undefined => {
    const position = positionOf(streamId, revision);
    return position === undefined ? undefined : viewRecord(tables, position);
  };

  const at = (position: number): StoredEvent | undefined => {
    const record = viewRecord(tables, position);
    return record === undefined ? undefined : decodeRecord(BigInt(position), record);
  };

  const eventOf = (streamId: number, revision: bigint): StoredEvent | undefined => {
    const position = positionOf(streamId, revision);
    return position === undefined ? undefined : at(position);
  };

  return {
    head,
    /** A tombstone buries the metadata of its stream, too. */
    isBuried: (stream: string): boolean =>
      head(stream)?.tombstoned === true || (isMetastream(stream) && head(stream.slice(2))?.tombstoned === true),
    positionOf,
    recordOf,
    at,
    eventOf,
    lastOf: (stream: string): StoredEvent | undefined => {
      const known = head(stream);
      return known === undefined ? undefined : eventOf(known.id, BigInt(known.lastRevision));
    },
    idAt: (streamId: number, revision: bigint): string | undefined => {
      const record = recordOf(streamId, revision);
      return record === undefined ? undefined : recordId(record);
    },
  };
};

export type Lookups = ReturnType<typeof lookupsIn>;
