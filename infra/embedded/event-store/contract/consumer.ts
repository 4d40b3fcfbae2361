import { randomUUID } from 'node:crypto';
import {
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type EventStoreDBClient,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStream,
  type PersistentSubscriptionToStreamResolvedEvent,
  type PersistentSubscriptionToStreamSettings,
  type SubscribeToPersistentSubscriptionToStreamOptions,
} from '@eventstore/db-client';
import { bricksSorted, freshStream, readStream, trays } from './events.ts';
import type { Server } from './server.ts';
import { eventually } from './waiting.ts';

export type Delivery = PersistentSubscriptionToStreamResolvedEvent;

/** One consumer of a group: its deliveries, and the error that ended it, if any. */
export type Consumer = {
  readonly subscription: PersistentSubscriptionToStream;
  readonly deliveries: Delivery[];
  readonly errors: Error[];
  readonly trays: () => number[];
  /** Waits for that many deliveries altogether. */
  readonly waitForDeliveries: (count: number, withinMs?: number) => Promise<Delivery[]>;
  readonly waitForError: (withinMs?: number) => Promise<Error>;
  readonly leave: () => Promise<void>;
};

/** Observes a subscription; every delivery is acknowledged at once when `acknowledges` is set. */
export const consume = (subscription: PersistentSubscriptionToStream, acknowledges = false): Consumer => {
  const deliveries: Delivery[] = [];
  const errors: Error[] = [];
  subscription.on('data', (delivery) => {
    deliveries.push(delivery);
    if (acknowledges) subscription.ack(delivery).catch((error: unknown) => errors.push(error as Error));
  });
  subscription.on('error', (error) => errors.push(error));

  return {
    subscription,
    deliveries,
    errors,
    trays: () => trays(deliveries),
    waitForDeliveries: (count, withinMs) =>
      eventually(() => {
        if (deliveries.length >= count) return deliveries;
        throw errors[0] ?? new Error(`Was given ${deliveries.length} of ${count} events`);
      }, withinMs),
    waitForError: (withinMs) =>
      eventually(() => {
        const [failure] = errors;
        if (failure === undefined) throw new Error('The subscription goes on without an error');
        return failure;
      }, withinMs),
    leave: () => subscription.unsubscribe(),
  };
};

/** A group of consumers of a stream of its own. */
export type Group = {
  readonly stream: string;
  readonly name: string;
  readonly client: () => EventStoreDBClient;
  readonly join: (options?: SubscribeToPersistentSubscriptionToStreamOptions & { acknowledges?: boolean }) => Consumer;
  readonly append: (count: number, first?: number) => Promise<unknown>;
  readonly info: () => ReturnType<EventStoreDBClient['getPersistentSubscriptionToStreamInfo']>;
  readonly parkedStream: string;
  readonly checkpointStream: string;
};

export const streamSettings = (
  settings: Partial<PersistentSubscriptionToStreamSettings> = {},
): PersistentSubscriptionToStreamSettings =>
  persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings });

export const allSettings = (
  settings: Partial<PersistentSubscriptionToAllSettings> = {},
): PersistentSubscriptionToAllSettings =>
  persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...settings });

/** Creates a group on a fresh stream that already holds `events` events. */
export const newGroup = async (
  server: Server,
  settings: Partial<PersistentSubscriptionToStreamSettings> = {},
  events = 0,
): Promise<Group> => {
  const stream = freshStream('queue');
  const name = `group-${randomUUID()}`;
  const append = (count: number, first = 0) => server.client().appendToStream(stream, bricksSorted(count, first));
  if (events > 0) await append(events);
  await server.client().createPersistentSubscriptionToStream(stream, name, streamSettings(settings));

  return {
    stream,
    name,
    client: server.client,
    append,
    join: ({ acknowledges = false, ...options } = {}) =>
      consume(server.client().subscribeToPersistentSubscriptionToStream(stream, name, options), acknowledges),
    info: () => server.client().getPersistentSubscriptionToStreamInfo(stream, name),
    parkedStream: `$persistentsubscription-${stream}::${name}-parked`,
    checkpointStream: `$persistentsubscription-${stream}::${name}-checkpoint`,
  };
};

/** Waits for the stored state: statistics show only the intended one. */
export const storedCheckpoint = (server: Server, group: Group, position: string): Promise<void> =>
  eventually(async () => {
    const checkpoints = await readStream(server.client(), group.checkpointStream);
    if (checkpoints.at(-1)?.event?.data !== position) throw new Error(`The checkpoint ${position} is not stored`);
  });
