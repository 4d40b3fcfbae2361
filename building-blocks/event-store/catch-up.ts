import { setTimeout as sleep } from 'node:timers/promises';
import { END, START, type AllStreamSubscription, type StreamSubscription } from '@eventstore/db-client';
import { pauseAfter } from './asking.ts';
import type { EventStoreClient } from './connect.ts';
import { deliveredFrom, type Delivered, type Source } from './delivered.ts';
import { filterOf } from './source-filter.ts';
import type { CatchUpOptions } from './subscriptions.ts';
import { EventStoreUnavailable, isLost } from './unavailable.ts';

type Place = CatchUpOptions['from'];

const LIVE_PAUSE_MAX_MS = 5_000;

/** Events that may wait to be taken: what has arrived is decoded in one go, while the reader does something else. */
const BUFFER = { highWaterMark: 500 };

const boundary = (place: 'start' | 'end'): typeof START | typeof END => (place === 'start' ? START : END);

const open = (client: EventStoreClient, source: Source, after: Place): AllStreamSubscription | StreamSubscription =>
  'stream' in source
    ? client.subscribeToStream(
        source.stream,
        { fromRevision: typeof after === 'bigint' ? after : boundary(after) },
        BUFFER,
      )
    : client.subscribeToAll(
        {
          fromPosition: typeof after === 'bigint' ? { commit: after, prepare: after } : boundary(after),
          filter: filterOf(source),
        },
        BUFFER,
      );

/** Marks in the stream of messages where history ends: the client tells it by an event that overtakes the messages. */
const CAUGHT_UP = Symbol('caught up');

type Item =
  { readonly event?: Parameters<typeof deliveredFrom>[0]; readonly commitPosition?: bigint } | typeof CAUGHT_UP;

async function* once(
  client: EventStoreClient,
  { source, live = false, signal }: CatchUpOptions,
  after: Place,
): AsyncIterable<Delivered> {
  const subscription = open(client, source, after);
  subscription.on('error', () => undefined); // told by the loop below; late ones have nobody to tell
  if (!live) subscription.on('caughtUp', () => subscription.push(CAUGHT_UP));
  const end = (): void => void subscription.push(CAUGHT_UP);
  signal?.addEventListener('abort', end);
  try {
    for await (const item of subscription as AsyncIterable<Item>) {
      if (item === CAUGHT_UP) return;
      if (item.event !== undefined) yield deliveredFrom(item.event, item.commitPosition);
    }
    throw new EventStoreUnavailable(new Error('The subscription ended'));
  } finally {
    signal?.removeEventListener('abort', end);
    void subscription.unsubscribe().catch(() => undefined);
  }
}

/** See `catchUp`. */
export async function* readCatchUp(client: EventStoreClient, options: CatchUpOptions): AsyncIterable<Delivered> {
  const { source, live = false, signal } = options;
  let after: Place = options.from;
  for (let attempt = 1; signal?.aborted !== true; attempt += 1) {
    try {
      for await (const delivered of once(client, options, after)) {
        yield delivered;
        after = 'stream' in source ? delivered.revision : delivered.position;
        attempt = 1;
      }
      return;
    } catch (error) {
      if (!isLost(error) && !(error instanceof EventStoreUnavailable)) throw error;
      const pause = pauseAfter(attempt) ?? (live ? LIVE_PAUSE_MAX_MS : undefined);
      if (pause === undefined) throw new EventStoreUnavailable(error);
      await sleep(pause);
    }
  }
}
