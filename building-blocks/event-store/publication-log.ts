import {
  BACKWARDS,
  END,
  jsonEvent,
  StreamNotFoundError,
  type EventData,
  type RecordedEvent,
} from '@eventstore/db-client';
import type { Revision } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { JsonObject } from '@lego-moc/kernel/message';
import { z } from 'zod';
import { appendEvents } from './append-events.ts';
import type { EventStoreClient } from './connect.ts';
import type { DeliveredEvent } from './delivered-event.ts';
import { integrationStream } from './integration-events.ts';
import { readStreamEvents } from './read-stream.ts';
import { retryUnavailable } from './retry.ts';

/** A private event: its id, and its commit position in this store. */
export type LogPlace = { readonly eventId: string; readonly position: bigint };

/**
 * The private event that an integration event came from, and its number among the `count` announcements of that event.
 */
export type Origin = LogPlace & { readonly index: number; readonly count: number };

/** How far a context has published. */
export type Cursor = {
  /** Revision of the integration stream. */
  readonly revision: Revision;
  /** Origin of its last event; `undefined` before the first, or when that was published without one. */
  readonly origin: Origin | undefined;
};

/** The metadata that says where an integration event came from. */
export const originMetadata = (origin: Origin | undefined): JsonObject => ({
  sourceEventId: origin?.eventId,
  sourcePosition: origin === undefined ? undefined : String(origin.position),
  sourceIndex: origin?.index,
  sourceCount: origin?.count,
});

const originSchema = z
  .object({
    sourceEventId: z.string(),
    sourcePosition: z.string().regex(/^\d+$/),
    sourceIndex: z.int(),
    sourceCount: z.int(),
  })
  .transform(({ sourceEventId, sourcePosition, sourceIndex, sourceCount }): Origin => ({
    eventId: sourceEventId,
    position: BigInt(sourcePosition),
    index: sourceIndex,
    count: sourceCount,
  }));

const parseOrigin = (metadata: unknown): Origin | undefined => originSchema.safeParse(metadata).data;

const PAGE = 100;

/** One page of a stream, newest first, from `fromRevision` back; empty for a stream that does not exist. */
const readPageBackwards = async (
  client: EventStoreClient,
  stream: string,
  fromRevision: bigint | typeof END,
  maxCount: number,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  try {
    for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision, maxCount }))
      if (event !== undefined) events.push(event);
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return events;
};

/** The position from which publishing continues. Throws `EventStoreUnavailable`. */
export const loadCursor = async (client: EventStoreClient, context: string): Promise<Cursor> => {
  const stream = integrationStream(context);
  const [last] = await retryUnavailable(client, () => readPageBackwards(client, stream, END, 1));
  return last === undefined
    ? { revision: 'no-stream', origin: undefined }
    : { revision: last.revision, origin: parseOrigin(last.metadata) };
};

/** Ids of all integration events of a context. Throws `EventStoreUnavailable`. */
export const loadPublishedIds = async (client: EventStoreClient, context: string): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const { eventId } of readStreamEvents(client, integrationStream(context))) ids.add(eventId);
  return ids;
};

/**
 * Ids of the integration events that were published after the private event at `position` had its turn.
 * Throws `EventStoreUnavailable`.
 */
export const publishedSince = async (
  client: EventStoreClient,
  context: string,
  position: bigint,
): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  const stream = integrationStream(context);
  for (let from: bigint | typeof END = END; from === END || from >= 0n;) {
    const page = await retryUnavailable(client, () => readPageBackwards(client, stream, from, PAGE));
    for (const { id, metadata } of page) {
      if ((parseOrigin(metadata)?.position ?? -1n) < position) return ids;
      ids.add(id);
    }
    from = (page.at(-1)?.revision ?? 0n) - 1n;
  }
  return ids;
};

/** The stream that lists the private events which a context could not translate and went on without. */
const skippedStream = (context: string): string => `publisher-${context}`;

/** Ids of the private events that were skipped, and their commit positions. Throws `EventStoreUnavailable`. */
export const loadSkipped = async (client: EventStoreClient, context: string): Promise<Map<string, bigint>> => {
  const skippedPositions = new Map<string, bigint>();
  for await (const { data } of readStreamEvents(client, skippedStream(context))) {
    const { eventId, position } = data as { readonly eventId: string; readonly position: string };
    skippedPositions.set(eventId, BigInt(position));
  }
  return skippedPositions;
};

/** Records that publishing goes on without `event`. A second copy of the record is harmless. */
export const recordSkipped = async (
  client: EventStoreClient,
  context: string,
  { eventId, position, stream, revision }: DeliveredEvent,
  reason: string,
): Promise<void> => {
  const record: EventData = jsonEvent({
    id: derivedId('skipped', context, eventId),
    type: 'publisher.EventSkipped',
    data: { eventId, position: String(position), stream, revision: String(revision), reason },
  });
  await appendEvents(client, skippedStream(context), [record], 'any');
};
