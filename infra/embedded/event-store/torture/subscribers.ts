import {
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type EventStoreDBClient,
  type Position,
} from '@eventstore/db-client';
import { sleep } from '../contract/waiting.ts';

const RESUMES_AFTER_MS = 50;

/** Ids in the order in which they were first received. */
export type Subscriber = {
  readonly received: Set<string>;
  readonly duplicates: () => number;
  readonly stop: () => Promise<void>;
};

type Subscription = { readonly end: Promise<unknown>; readonly leave: () => Promise<void> };

/** The client does not resume a broken subscription: its user must subscribe again. */
const supervise = (begin: () => Subscription): (() => Promise<void>) => {
  const stopSignal = new AbortController();
  const { signal } = stopSignal;
  let current = begin();
  const supervision = (async () => {
    for (;;) {
      await current.end;
      await sleep(RESUMES_AFTER_MS);
      if (signal.aborted) return;
      current = begin();
    }
  })();
  return async () => {
    stopSignal.abort();
    await current.leave();
    await Promise.race([supervision, sleep(1_000)]);
  };
};

/** Receives all appended events, keeping its own position, so that nothing is received twice. */
export const subscribeToAll = (client: EventStoreDBClient, streams: (name: string) => boolean): Subscriber => {
  const receivedIds = new Set<string>();
  let duplicates = 0;
  let lastPosition: Position | undefined;
  const stop = supervise(() => {
    const subscription = client.subscribeToAll({ fromPosition: lastPosition ?? START });
    const end = new Promise((resolve) => subscription.once('error', resolve));
    subscription.on('error', () => undefined);
    subscription.on('data', ({ event }) => {
      if (event === undefined) return;
      if (lastPosition !== undefined && event.position.commit <= lastPosition.commit) duplicates += 1;
      lastPosition = event.position;
      if (streams(event.streamId)) receivedIds.add(event.id);
    });
    return { end, leave: () => subscription.unsubscribe() };
  });
  return { received: receivedIds, duplicates: () => duplicates, stop };
};

/**
 * Consumes a stream as a group, whose checkpoint the server keeps: nothing is lost, some events may be delivered twice.
 */
export const joinGroup = async (client: EventStoreDBClient, stream: string, group: string): Promise<Subscriber> => {
  const receivedIds = new Set<string>();
  let duplicates = 0;
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointUpperBound: 50 });
  await client.createPersistentSubscriptionToStream(stream, group, settings);
  const stop = supervise(() => {
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 50 });
    const end = new Promise((resolve) => subscription.once('error', resolve));
    subscription.on('error', () => undefined);
    subscription.on('data', (delivery) => {
      if (delivery.event === undefined) return;
      if (receivedIds.has(delivery.event.id)) duplicates += 1;
      receivedIds.add(delivery.event.id);
      subscription.ack(delivery).catch(() => undefined);
    });
    return { end, leave: () => subscription.unsubscribe() };
  });
  return { received: receivedIds, duplicates: () => duplicates, stop };
};
