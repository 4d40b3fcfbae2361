import {
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type EventStoreDBClient,
  type Position,
} from '@eventstore/db-client';
import { sleep } from '../contract/waiting.ts';

const RESUMES_AFTER_MS = 50;

/** Ids in the order in which they were first heard. */
export type Follower = {
  readonly heard: Set<string>;
  readonly repeated: () => number;
  readonly stop: () => Promise<void>;
};

type Listening = { readonly ended: Promise<unknown>; readonly leave: () => Promise<void> };

/** The client does not resume a subscription that broke off: whoever wants to hear on must begin again. */
const supervise = (begin: () => Listening): (() => Promise<void>) => {
  const stopped = new AbortController();
  const { signal } = stopped;
  let current = begin();
  const supervising = (async () => {
    for (;;) {
      await current.ended;
      await sleep(RESUMES_AFTER_MS);
      if (signal.aborted) return;
      current = begin();
    }
  })();
  return async () => {
    stopped.abort();
    await current.leave();
    await Promise.race([supervising, sleep(1_000)]);
  };
};

/** Hears all that is appended, keeping its own place, so that nothing comes twice. */
export const followAll = (client: EventStoreDBClient, streams: (name: string) => boolean): Follower => {
  const heard = new Set<string>();
  let repeated = 0;
  let place: Position | undefined;
  const stop = supervise(() => {
    const subscription = client.subscribeToAll({ fromPosition: place ?? START });
    const ended = new Promise((resolve) => subscription.once('error', resolve));
    subscription.on('error', () => undefined);
    subscription.on('data', ({ event }) => {
      if (event === undefined) return;
      if (place !== undefined && event.position.commit <= place.commit) repeated += 1;
      place = event.position;
      if (streams(event.streamId)) heard.add(event.id);
    });
    return { ended, leave: () => subscription.unsubscribe() };
  });
  return { heard, repeated: () => repeated, stop };
};

/** Consumes a stream as a group, whose place the server keeps: nothing is lost, some may come twice. */
export const followAsGroup = async (client: EventStoreDBClient, stream: string, group: string): Promise<Follower> => {
  const heard = new Set<string>();
  let repeated = 0;
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointUpperBound: 50 });
  await client.createPersistentSubscriptionToStream(stream, group, settings);
  const stop = supervise(() => {
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 50 });
    const ended = new Promise((resolve) => subscription.once('error', resolve));
    subscription.on('error', () => undefined);
    subscription.on('data', (delivery) => {
      if (delivery.event === undefined) return;
      if (heard.has(delivery.event.id)) repeated += 1;
      heard.add(delivery.event.id);
      subscription.ack(delivery).catch(() => undefined);
    });
    return { ended, leave: () => subscription.unsubscribe() };
  });
  return { heard, repeated: () => repeated, stop };
};
