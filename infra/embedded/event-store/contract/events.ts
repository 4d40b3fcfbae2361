import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  jsonEvent,
  type EventData,
  type EventStoreDBClient,
  type AllStreamResolvedEvent,
  type Position,
  type ReadStreamOptions,
  type ReadAllOptions,
  type RecordedEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';

/** A fresh stream, also on a server that others use. */
export const freshStream = (about = 'contract'): string => `${about}-${randomUUID()}`;

/** Invented happenings in a brick workshop, numbered so that order can be seen. */
export const bricksSorted = (count: number, first = 0, type = 'BricksSorted'): EventData[] =>
  Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { tray: first + index } }));

export const linkEvent = (to: string): EventData => binaryEvent({ type: '$>', data: Buffer.from(to) });

export const eventOfSize = (size: number): EventData =>
  binaryEvent({ type: 'PhotoTaken', data: new Uint8Array(size).fill(7) });

export const readStream = async (
  client: EventStoreDBClient,
  stream: string,
  options: ReadStreamOptions = {},
): Promise<ResolvedEvent[]> => {
  const events: ResolvedEvent[] = [];
  for await (const event of client.readStream(stream, options) as AsyncIterable<ResolvedEvent>) events.push(event);
  return events;
};

export const readAll = async (
  client: EventStoreDBClient,
  options: ReadAllOptions = {},
): Promise<AllStreamResolvedEvent[]> => {
  const events: AllStreamResolvedEvent[] = [];
  for await (const event of client.readAll(options) as AsyncIterable<AllStreamResolvedEvent>) events.push(event);
  return events;
};

/** The events themselves; throws when one of them is missing. */
export const recordedEvents = (events: readonly { event?: unknown }[]): RecordedEvent[] =>
  events.map(({ event }) => {
    if (event === undefined) throw new Error('An event is missing: only its link was delivered');
    return event as RecordedEvent;
  });

export const revisions = (events: readonly { event?: unknown }[]): bigint[] =>
  recordedEvents(events).map(({ revision }) => revision);

export const ids = (events: readonly { event?: unknown; id?: string }[]): string[] =>
  events.map((event) => event.id ?? (event.event as RecordedEvent).id);

export const trays = (events: readonly { event?: unknown }[]): number[] =>
  recordedEvents(events).map(({ data }) => (data as { tray: number }).tray);

/** The end of the log now: a bound from which `$all` can be read without the events before it. */
export const endOfLog = async (client: EventStoreDBClient): Promise<Position> => {
  const { position } = await client.appendToStream(freshStream('marker'), bricksSorted(1, 0, 'MarkerPlaced'));
  if (position === undefined) throw new Error('The append was not given a position');
  return position;
};

/** The reason that `promise` is rejected with; an error if it is not. */
export const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> => {
  let answer: unknown;
  try {
    answer = await promise;
  } catch (refusal) {
    return refusal;
  }
  throw new Error(`Expected a refusal but got ${JSON.stringify(answer, (_, value: unknown) => String(value))}`);
};
