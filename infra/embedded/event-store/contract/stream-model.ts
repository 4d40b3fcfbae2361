/** A stream as EventStoreDB understands it, small enough to be read as the specification. */
export type ModelStream = {
  readonly ids: readonly string[];
  readonly metadata: { readonly maxCount?: number; readonly truncateBefore?: number } | undefined;
  readonly life: 'open' | 'deleted' | 'tombstoned';
};

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;
export type Answer = { readonly revision: bigint } | 'wrong' | 'deleted';
export type Page = readonly string[] | 'not-found' | 'deleted';

export const newStream: ModelStream = { ids: [], metadata: undefined, life: 'open' };

export const lastRevision = ({ ids }: ModelStream): bigint => BigInt(ids.length) - 1n;

const isAt = (stream: ModelStream, expected: Expected): boolean => {
  if (expected === 'any') return true;
  if (expected === 'stream_exists') return stream.ids.length > 0 || stream.metadata !== undefined;
  if (expected === 'no_stream') return stream.ids.length === 0 || stream.life === 'deleted';
  return expected === lastRevision(stream);
};

/** The revision of the last of `ids` when all of them were appended before at the expected place. */
const repeatedRevision = (
  stream: ModelStream,
  expected: Expected,
  ids: readonly string[],
): bigint | 'partly' | undefined => {
  if (expected === 'any' || expected === 'stream_exists') {
    const places = ids.map((id) => stream.ids.indexOf(id));
    if (places[0] === undefined || places[0] < 0) return undefined;
    return places.includes(-1) ? 'partly' : BigInt(places.at(-1) ?? 0);
  }
  const from = expected === 'no_stream' ? 0 : Number(expected) + 1;
  if (ids[0] === undefined || stream.ids[from] !== ids[0]) return undefined;
  const isSame = ids.every((id, index) => stream.ids[from + index] === id);
  return isSame ? BigInt(from + ids.length - 1) : 'partly';
};

export const append = (
  stream: ModelStream,
  expected: Expected,
  ids: readonly string[],
): readonly [ModelStream, Answer] => {
  if (stream.life === 'tombstoned') return [stream, 'deleted'];
  if (stream.life === 'deleted' && expected === 'stream_exists') return [stream, 'deleted'];
  const before = repeatedRevision(stream, expected, ids);
  if (before === 'partly') return [stream, 'wrong'];
  if (before !== undefined) return [stream, { revision: before }];
  if (!isAt(stream, expected)) return [stream, 'wrong'];
  const longerStream = { ...stream, ids: [...stream.ids, ...ids] };
  const reopenedStream: ModelStream =
    stream.life === 'deleted'
      ? { ...longerStream, life: 'open', metadata: { truncateBefore: stream.ids.length } }
      : longerStream;
  return [reopenedStream, { revision: lastRevision(longerStream) }];
};

export const remove = (
  stream: ModelStream,
  expected: Expected,
  isTombstone: boolean,
): readonly [ModelStream, Answer] => {
  if (stream.life === 'tombstoned') return [stream, 'deleted'];
  if (!isAt(stream, expected)) return [stream, 'wrong'];
  if (isTombstone) return [{ ...stream, life: 'tombstoned' }, { revision: lastRevision(stream) }];
  if (stream.ids.length === 0 && stream.metadata === undefined) return [stream, 'wrong'];
  return [{ ...stream, life: 'deleted', metadata: {} }, { revision: lastRevision(stream) }];
};

export const describe = (
  stream: ModelStream,
  metadata: { readonly maxCount?: number; readonly truncateBefore?: number },
): readonly [ModelStream, Answer] => {
  if (stream.life === 'tombstoned') {
    if (stream.metadata === undefined) return [stream, 'deleted'];
    return [{ ...stream, metadata }, { revision: 0n }];
  }
  const reopenedMetadata = stream.life === 'deleted' ? { ...metadata, truncateBefore: stream.ids.length } : metadata;
  return [{ ...stream, life: 'open', metadata: reopenedMetadata }, { revision: 0n }];
};

/** The ids that a read returns. */
export const read = (
  stream: ModelStream,
  direction: 'forwards' | 'backwards',
  from: number | 'end',
  maxCount: number,
): Page => {
  if (stream.life === 'tombstoned') return 'deleted';
  if (stream.life === 'deleted' || stream.ids.length === 0) return 'not-found';
  const { maxCount: readable = Infinity, truncateBefore = 0 } = stream.metadata ?? {};
  const first = Math.max(0, truncateBefore, stream.ids.length - readable);
  if (direction === 'forwards') {
    const start = Math.max(first, from === 'end' ? stream.ids.length : from);
    return stream.ids.slice(start, start + maxCount);
  }
  const last = from === 'end' ? stream.ids.length - 1 : Math.min(from, stream.ids.length - 1);
  return stream.ids
    .slice(first, last + 1)
    .reverse()
    .slice(0, maxCount);
};
