import { BACKWARDS, END, jsonEvent, StreamNotFoundError, type RecordedEvent } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import type { Revision } from '@lego-moc/application/event-streams';
import { appendEvents } from '@lego-moc/event-store/append-events';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { readEventAt } from '@lego-moc/event-store/read-event-at';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import { retryUnavailable } from '@lego-moc/event-store/retry';
import { derivedId } from '@lego-moc/kernel/ids';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { z } from 'zod';

/** The last event that the bus has confirmed. */
type Place = { readonly position: bigint; readonly eventId: string };

/** How far events are relayed. */
export type RelayPosition = {
  /** Revision of the stream of positions: whoever saves the next one must have seen this. */
  readonly revision: Revision;
  /** `undefined` before the first event. */
  readonly place: Place | undefined;
  /** The last revision of each stream that the bus has confirmed. */
  readonly streams: ReadonlyMap<string, bigint>;
};

const digits = z.string().regex(/^\d+$/).transform(BigInt);
const savedPosition = z.object({ position: digits, eventId: z.string(), streams: z.record(z.string(), digits) });

/** Only the last one matters; the others show how the relay went on. */
const KEPT_POSITIONS = 100;

const positionStream = (relay: string): string => relay;
const skippedStream = (relay: string): string => `${relay}-skipped`;

/** Lets the store forget all but the last positions. */
export const limitPositions = async (client: EventStoreClient, relay: string): Promise<void> => {
  await retryUnavailable(client, () => client.setStreamMetadata(positionStream(relay), { maxCount: KEPT_POSITIONS }));
};

const readLast = async (client: EventStoreClient, stream: string) => {
  let last: RecordedEvent | undefined;
  try {
    // Read to the end: the client keeps what is left of a read that is given up.
    for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
      last = event;
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return last;
};

/**
 * The position from which relaying goes on: the beginning in a store whose log does not have the saved event at its
 * place, such as a copy. Throws `EventStoreUnavailable`.
 */
export const loadPosition = async (client: EventStoreClient, relay: string): Promise<RelayPosition> => {
  const last = await retryUnavailable(client, () => readLast(client, positionStream(relay)));
  if (last === undefined) return { revision: 'no-stream', place: undefined, streams: new Map() };
  const { position, eventId, streams } = savedPosition.parse(last.data);
  const event = await readEventAt(client, position);
  return event?.eventId === eventId
    ? { revision: last.revision, place: { position, eventId }, streams: new Map(Object.entries(streams)) }
    : { revision: last.revision, place: undefined, streams: new Map() };
};

/**
 * Saves that everything up to the last of `events` is confirmed. Throws `StreamMoved` when another relay has saved a
 * position since `position` was loaded, and `EventStoreUnavailable`.
 */
export const savePosition = async (
  client: EventStoreClient,
  relay: string,
  { revision, streams }: RelayPosition,
  events: readonly DeliveredEvent[],
): Promise<RelayPosition> => {
  const last = events.at(-1);
  if (last === undefined) throw new RangeError('There is no event to save the position of');
  const newStreams = new Map([...streams, ...events.map((event) => [event.stream, event.revision] as const)]);
  const data = {
    position: String(last.position),
    eventId: last.eventId,
    streams: Object.fromEntries([...newStreams].map(([stream, at]) => [stream, String(at)])),
  };
  const record = jsonEvent({ id: newId(), type: 'event-bus-relay.PositionSaved', data });
  const newRevision = await appendEvents(client, positionStream(relay), [record], revision);
  return { revision: newRevision, place: { position: last.position, eventId: last.eventId }, streams: newStreams };
};

/** Ids of the events that the relay went on without. Throws `EventStoreUnavailable`. */
export const loadSkippedIds = async (client: EventStoreClient, relay: string): Promise<Set<string>> => {
  const ids = new Set<string>();
  for await (const { data } of readStreamEvents(client, skippedStream(relay)))
    ids.add((data as { readonly eventId: string }).eventId);
  return ids;
};

/** Records that the relay goes on without `event`. A second copy of the record is harmless. */
export const recordSkipped = async (
  client: EventStoreClient,
  relay: string,
  { eventId, stream, revision }: DeliveredEvent,
  reason: string,
): Promise<void> => {
  const record = jsonEvent({
    id: derivedId('skipped', relay, eventId),
    type: 'event-bus-relay.EventSkipped',
    data: { eventId, stream, revision: String(revision), reason },
  });
  await appendEvents(client, skippedStream(relay), [record], 'any');
};
