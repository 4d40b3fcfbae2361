import { mapAtMost } from '@lego-moc/application/map-at-most';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readLinks, readPage, type LinkedEvent } from '@lego-moc/event-store/stream-pages';
import { categoryOf } from './categories.ts';

/** Reads under way for one answer. */
const READS_AT_ONCE = 8;

type StreamSummary = {
  readonly stream: string;
  readonly category: string;
  readonly id: string;
  readonly events: number;
  readonly lastRecordedAt: string | null;
  readonly lastType: string | null;
};

/** The state of a stream. Throws `EventStoreUnavailable`. */
export const summariseStream = async (client: EventStoreClient, stream: string): Promise<StreamSummary> => {
  const [last] = await readPage(client, stream, { direction: 'backwards', limit: 1 });
  const category = categoryOf(stream);
  return {
    ...{ stream, category, id: stream.slice(category.length + 1) },
    events: last === undefined ? 0 : Number(last.revision) + 1,
    lastRecordedAt: last?.recordedAt ?? null,
    lastType: last?.type ?? null,
  };
};

/**
 * Whether the store keeps lists of streams: its projections `$streams`, `$stream_by_category` and `$by_correlation_id`
 * run. Every store has streams of its own, so a list without entries is no list. Throws `EventStoreUnavailable`.
 */
export const listsStreams = async (client: EventStoreClient): Promise<boolean> => {
  const [first] = await readLinks(client, '$streams', { direction: 'forwards', limit: 1 });
  return first !== undefined;
};

const listOf = (category: string): string => `$category-${category}`;

/** How many streams of a category there ever were; null where the store keeps no list. */
export const countStreams = async (client: EventStoreClient, category: string): Promise<number | null> => {
  const [last] = await readLinks(client, listOf(category), { direction: 'backwards', limit: 1 });
  if (last !== undefined) return Number(last.revision) + 1;
  return (await listsStreams(client)) ? 0 : null;
};

/** The streams of a category, the newest first, from a number in its list back. Throws `EventStoreUnavailable`. */
export const listStreams = async (
  client: EventStoreClient,
  category: string,
  { limit, from }: { readonly limit: number; readonly from: bigint | undefined },
) => {
  const entries = await readLinks(client, listOf(category), { direction: 'backwards', from, limit });
  const streams = await mapAtMost(READS_AT_ONCE, entries, async ({ link, recordedAt }: LinkedEvent) => ({
    ...(await summariseStream(client, link)),
    createdAt: recordedAt,
  }));
  const last = entries.at(-1);
  const isLastPage = entries.length < limit || last === undefined || last.revision === 0n;
  return { streams, nextCursor: isLastPage ? null : String(last.revision - 1n) };
};
