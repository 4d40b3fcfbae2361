import {
  decodeHead,
  decodePosition,
  revisionKey,
  streamKey,
  viewRecord,
  type StreamHead,
  type Tables,
} from './tables.ts';

/** Where to begin, itself included, and how far to go. */
export type Range = { readonly start?: number; readonly reverse?: boolean; readonly limit: number };

/** Single finds in the tables, or in what lies over them. */
export type Finder = {
  readonly head: (stream: string) => StreamHead | undefined;
  readonly positionOf: (streamId: number, revision: number) => number | undefined;
  /** Good until the next find. */
  readonly record: (position: number) => Buffer | undefined;
  readonly positions: (range: Range) => Iterable<number>;
};

export const finderIn = (tables: Tables): Finder => ({
  head: (stream) => {
    const value = tables.streams.get(streamKey(stream));
    return value === undefined ? undefined : decodeHead(value);
  },
  positionOf: (streamId, revision) => {
    const value = tables.revisions.get(revisionKey(streamId, revision));
    return value === undefined ? undefined : decodePosition(value);
  },
  record: (position) => viewRecord(tables, position),
  positions: (range) => tables.records.getKeys(range),
});
