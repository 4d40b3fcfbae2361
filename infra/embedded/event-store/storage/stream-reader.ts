import type { Direction, ResolvedEvent, StoredEvent, StreamMetadata, StreamState } from './event-log.ts';
import type { Lookups } from './lookups.ts';
import { pageBudget } from './page-budget.ts';
import { firstReadable, firstYoungEnough, oldestReadable } from './readable-window.ts';
import { recordCreated } from './record.ts';
import {
  isMetastream,
  isSoftDeleted,
  METASTREAM_METADATA,
  metastreamOf,
  parseStreamMetadata,
} from './stream-metadata.ts';
import type { StreamHead } from './tables.ts';

const LINK_TYPE = '$>';
const LINK = /^(\d{1,19})@(.+)$/s;

/** One stream as its readers see it: within `$tb`, `$maxCount` and `$maxAge`. */
export const streamReader = (lookups: Lookups, now: () => bigint) => {
  const state = (stream: string): StreamState => {
    const head = lookups.head(stream);
    const metadata = metadataOf(lookups, stream);
    return {
      lastRevision: BigInt(head?.lastRevision ?? -1),
      tombstoned: lookups.isTombstoned(stream),
      softDeleted: isSoftDeleted(metadata),
      truncateBefore: metadata.truncateBefore ?? 0n,
      metadata,
    };
  };

  const readStream = (stream: string, from: bigint, direction: Direction, max: number, maxBytes?: number) => {
    const head = lookups.head(stream);
    const window = head && windowOf(lookups, head, metadataOf(lookups, stream), now());
    if (head === undefined || window === undefined) return [];
    const budget = pageBudget(max, maxBytes);
    const events: StoredEvent[] = [];
    for (const revision of revisionsFrom(from, direction, window)) {
      if (budget.isSpent()) break;
      const event = lookups.numbered(head, revision);
      if (!budget.take(event)) break;
      events.push(event);
    }
    return events;
  };

  const resolveLink = (event: StoredEvent): ResolvedEvent => {
    const target = event.type === LINK_TYPE ? LINK.exec(Buffer.from(event.data).toString('utf8')) : null;
    if (target?.[1] === undefined || target[2] === undefined) return { event, link: undefined };
    const revision = BigInt(target[1]);
    const targetEvent = readStream(target[2], revision, 'forwards', 1)[0];
    return { event: targetEvent?.revision === revision ? targetEvent : undefined, link: event };
  };

  return { state, readStream, resolveLink };
};

export type StreamReader = ReturnType<typeof streamReader>;

const metadataOf = (lookups: Lookups, stream: string): StreamMetadata => {
  if (isMetastream(stream)) return METASTREAM_METADATA;
  const metadataEvent = lookups.lastOf(metastreamOf(stream));
  return metadataEvent === undefined ? {} : parseStreamMetadata(metadataEvent);
};

/** First and last readable revision. */
type Window = { readonly first: bigint; readonly last: bigint };

const windowOf = (lookups: Lookups, head: StreamHead, metadata: StreamMetadata, now: bigint): Window | undefined => {
  if (head.tombstoned || isSoftDeleted(metadata)) return undefined;
  const last = BigInt(head.lastRevision);
  const firstByCount = firstReadable(last, metadata);
  const oldest = oldestReadable(now, metadata);
  const createdAt = (revision: bigint): bigint => {
    const record = lookups.recordOf(head.id, revision);
    return record === undefined ? 0n : recordCreated(record);
  };
  const first = oldest === undefined ? firstByCount : firstYoungEnough(firstByCount, last, oldest, createdAt);
  return first > last ? undefined : { first, last };
};

function* revisionsFrom(from: bigint, direction: Direction, { first, last }: Window): Generator<bigint> {
  if (direction === 'forwards') for (let revision = from > first ? from : first; revision <= last;) yield revision++;
  else for (let revision = from < last ? from : last; revision >= first;) yield revision--;
}
