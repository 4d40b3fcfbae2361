import { END } from './event-log.ts';
import type { Finder, Range } from './finder.ts';
import type { StreamHead } from './tables.ts';

/** A record at its place, and the head of its stream once it is there. */
export type Write = {
  readonly position: number;
  readonly record: Buffer;
  readonly stream: string;
  readonly head: StreamHead;
};

/** The last record of a stream stands outside its numbering. */
export const isNumbered = ({ head }: Write): boolean => !head.tombstoned;

/** The head of a stream after its record at that position and revision. */
export const headAfter = (before: StreamHead | undefined, position: number, revision: bigint): StreamHead => {
  const isEnd = revision === END;
  const lastRevision = isEnd ? (before?.lastRevision ?? -1) : Number(revision);
  return { id: before?.id ?? position, lastRevision, tombstoned: isEnd };
};

/** Writes that are not in the tables yet and are read as if they were: always the newest end of the log. */
export type PendingWrites = {
  /** Ordered by position. */
  readonly all: () => readonly Write[];
  readonly heads: () => ReadonlyMap<string, StreamHead>;
  readonly add: (write: Write) => void;
  readonly clear: () => void;
  /** Finds in these writes, and in what lies below. */
  readonly over: (below: Finder) => Finder;
};

/** The revisions of one stream, without a gap. */
type Revisions = { readonly first: number; readonly positions: number[] };

export const pendingWrites = (): PendingWrites => {
  let writes: Write[] = [];
  const heads = new Map<string, StreamHead>();
  const revisions = new Map<number, Revisions>();

  const add = (write: Write): void => {
    writes.push(write);
    heads.set(write.stream, write.head);
    if (!isNumbered(write)) return;
    const { id, lastRevision } = write.head;
    const range = revisions.get(id);
    if (range === undefined) revisions.set(id, { first: lastRevision, positions: [write.position] });
    else range.positions.push(write.position);
  };

  const indexOf = (position: number): number => firstFrom(writes, position);

  const record = (position: number): Buffer | undefined => {
    const write = writes[indexOf(position)];
    return write?.position === position ? write.record : undefined;
  };

  return {
    all: () => writes,
    heads: () => heads,
    add,
    clear: () => {
      writes = [];
      heads.clear();
      revisions.clear();
    },
    over: (below) => ({
      head: (stream) => heads.get(stream) ?? below.head(stream),
      positionOf: (streamId, revision) => {
        const range = revisions.get(streamId);
        if (range === undefined || revision < range.first) return below.positionOf(streamId, revision);
        return range.positions[revision - range.first];
      },
      record: (position) => record(position) ?? below.record(position),
      positions: (range) => {
        if (writes.length === 0) return below.positions(range);
        return range.reverse === true ? downwards(writes, below, range) : upwards(writes, below, range);
      },
    }),
  };
};

/** Index of the first write at or after the position. */
const firstFrom = (writes: readonly Write[], position: number): number => {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((writes[middle]?.position ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

function* upwards(writes: readonly Write[], below: Finder, { start = 0, limit }: Range): Generator<number> {
  let remainingCount = limit;
  if (writes[0] === undefined || start < writes[0].position) {
    for (const position of below.positions({ start, limit })) {
      yield position;
      remainingCount -= 1;
    }
  }
  const first = firstFrom(writes, start);
  for (const { position } of writes.slice(first, first + remainingCount)) yield position;
}

function* downwards(writes: readonly Write[], below: Finder, { start, limit }: Range): Generator<number> {
  const past = start === undefined ? writes.length : firstFrom(writes, start + 1);
  const own = writes.slice(Math.max(0, past - limit), past);
  for (let index = own.length - 1; index >= 0; index -= 1) yield own[index]?.position ?? 0;
  const remainingCount = limit - own.length;
  if (remainingCount > 0)
    yield* below.positions({ ...(start === undefined ? {} : { start }), limit: remainingCount, reverse: true });
}
