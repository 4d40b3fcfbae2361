import { setTimeout as sleep } from 'node:timers/promises';
import { BACKWARDS, END } from '@eventstore/db-client';
import { asking } from './asking.ts';
import type { EventStoreClient } from './connect.ts';
import type { Source } from './delivered.ts';
import { GATHERING } from './gathering.ts';
import { inbox, type Connection, type Inbox, type Message } from './inbox.ts';
import { joining } from './operable.ts';
import { createGroup, groupInfo } from './persistent-groups.ts';
import { stallDetector } from './stall-detector.ts';
import { supervise } from './supervise.ts';
import type { PersistentOptions, Subscription, SubscriptionStatus } from './subscriptions.ts';

/** How often a connection that seems fine is compared with what the store says of it. */
const WATCH_MS = 15_000;

/** How long `stop` waits for messages in hand. */
const FAREWELL_MS = 5_000;

/** Acknowledgements are on their way when they are written; hanging up at once would take them back. */
const LAST_WORDS_MS = 30;

const open = (client: EventStoreClient, group: string, source: Source, bufferSize: number): Connection =>
  'stream' in source
    ? client.subscribeToPersistentSubscriptionToStream(source.stream, group, { bufferSize })
    : client.subscribeToPersistentSubscriptionToAll(group, { bufferSize });

/** Breaks the connection when it has gone silent; returns how to stop watching. */
const watchOver = (connection: Connection, stalled: () => Promise<boolean>): (() => void) => {
  const look = async (): Promise<void> => {
    if (await stalled()) connection.destroy(new Error('The subscription went silent'));
  };
  const watch = setInterval(() => void look().catch(() => undefined), WATCH_MS).unref();
  return () => clearInterval(watch);
};

/**
 * Whether a position in the log lies behind what was there when the connection was made. Of what was there before it is
 * unknown who has seen it: a store that was restarted offers it as if for the first time.
 */
const newsOn = (client: EventStoreClient, connection: Connection): ((position: bigint) => boolean) => {
  let known: bigint | undefined;
  const look = async (): Promise<void> => {
    let last = 0n;
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }))
      last = event?.position.commit ?? last;
    known = last;
  };
  // Without an answer nothing is new, which is slower and no less right.
  connection.once('confirmation', () => void asking(look).catch(() => undefined));
  return (position) => known !== undefined && position > known;
};

/** Takes messages until the connection is lost, or until `stopping` and all in hand is settled. */
const listen = async (
  connection: Connection,
  { take, settled }: Pick<Inbox, 'settled'> & { readonly take: (message: Message) => void },
  stopping: AbortSignal,
  onLive: () => void,
): Promise<void> => {
  connection.on('error', () => undefined); // told by the loop below; late ones have nobody to tell
  connection.on('confirmation', onLive);
  const leave = async (): Promise<void> => {
    await settled(FAREWELL_MS);
    await sleep(LAST_WORDS_MS);
    connection.destroy();
  };
  const end = (): void => void leave();
  stopping.addEventListener('abort', end);
  try {
    for await (const message of connection as AsyncIterable<Message>) if (!stopping.aborted) take(message);
  } finally {
    stopping.removeEventListener('abort', end);
    void connection.unsubscribe().catch(() => undefined);
  }
};

/**
 * See `subscribePersistently`. The client's own subscription dies in many ways, of which only some are told: an error
 * without an end, a raw gRPC error, a drop after an update of the group, an end without an error, or silence. Here all
 * of them lead back to the beginning of the loop.
 */
export const persistentSubscription = (
  client: EventStoreClient,
  {
    group,
    source,
    handle,
    handleAll,
    logger,
    concurrency = handleAll === undefined ? 10 : 2 * GATHERING.max,
    messageTimeoutMs = 30_000,
    startFrom = 'start',
  }: PersistentOptions,
): Subscription => {
  const log = logger.child({ group });
  const stopping = new AbortController();
  const messages = inbox({ handle, handleAll }, messageTimeoutMs, log);
  let state: SubscriptionStatus['state'] = 'connecting';
  let lastError: string | undefined;

  const attempt = async (alive: () => void): Promise<void> => {
    await createGroup(client, group, source, { messageTimeoutMs, concurrency, startFrom });
    if (stopping.signal.aborted) return;
    const connection = open(client, group, source, concurrency);
    const look = stallDetector(() => groupInfo(client, group, source), messages.tally);
    const unwatch = watchOver(connection, look);
    const isNew = handleAll === undefined ? () => false : newsOn(client, connection);
    const take = (message: Message): void => messages.take(message, connection, isNew);
    try {
      await listen(connection, { take, settled: messages.settled }, stopping.signal, () => {
        state = 'live';
        alive();
      });
    } finally {
      unwatch();
    }
  };

  const running = supervise(attempt, stopping.signal, (lost) => {
    state = 'waiting';
    lastError = lost.reason;
    log.warn('Subscription lost, subscribing again', lost);
  });

  const status = (): SubscriptionStatus => {
    const { handled, parked, inHand } = messages.tally();
    return { state, handled, parked, inFlight: inHand, lastError };
  };
  const leave = joining(client, { group, source, status });

  return {
    name: group,
    status,
    stop: async () => {
      stopping.abort();
      await running;
      state = 'stopped';
      leave();
    },
  };
};
