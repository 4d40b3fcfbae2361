import { setTimeout as sleep } from 'node:timers/promises';
import { PersistentSubscriptionMaximumSubscribersReachedError } from '@eventstore/db-client';
import type { Logger } from '@lego-moc/logger/logger';
import { noTracing, type Tracer } from '@lego-moc/tracing/tracer';
import { BATCH_LIMITS } from './batching.ts';
import { requireConfirmation } from './confirmation.ts';
import type { EventStoreClient } from './connect.ts';
import type { DeliveredEvent, Source } from './delivered-event.ts';
import { createMessageProcessor, type Connection, type Message, type MessageProcessor } from './message-processor.ts';
import { registerMember } from './operable.ts';
import { createGroup, groupInfo } from './persistent-groups.ts';
import { stallDetector } from './stall-detector.ts';
import type { Subscription, SubscriptionStatus } from './subscription.ts';
import { restartable } from './restartable.ts';
import { supervise } from './supervise.ts';

export type PersistentOptions = {
  /** Names the subscription: whoever subscribes with the same group shares the work. */
  readonly group: string;
  readonly source: Source;
  /** May see a message again, and messages in any order. Throwing means: try again later. */
  readonly handle: (event: DeliveredEvent) => Promise<void>;
  /**
   * Does for several messages, at most 32, what `handle` does for each, and is tried first. Throwing means: each by
   * itself, so that one that cannot be handled holds up no other. What was done by then is done again.
   */
  readonly handleAll?: (batch: readonly DeliveredEvent[]) => Promise<void>;
  /** Messages in flight at once; by default 10, and 64 when they are handled in batches. */
  readonly concurrency?: number;
  /** How long the store waits for an answer before it offers the message to another consumer. */
  readonly messageTimeoutMs?: number;
  /**
   * One consumer at a time; others stand by and take over within seconds. For sources over the whole log. What must not
   * happen twice needs more than that: a consumer that lost its connection may still be at work.
   */
  readonly exclusive?: boolean;
  /** The start of a new group. An existing group continues at its checkpoint. */
  readonly startFrom?: 'start' | 'end';
  readonly logger: Logger;
  readonly tracer?: Tracer;
};

/** How often a connection that seems fine is compared with what the store says of it. */
const WATCH_MS = 15_000;

/** How long `stop` waits for messages in flight. */
const DRAIN_TIMEOUT_MS = 5_000;

/** How often a consumer that stands by tries to become the one. */
const STANDBY_MS = 2_000;

/** An acknowledgement that was written may not have left yet; disconnecting at once would lose it. */
const ACK_FLUSH_MS = 30;

const open = (client: EventStoreClient, group: string, source: Source, bufferSize: number): Connection =>
  'stream' in source
    ? client.subscribeToPersistentSubscriptionToStream(source.stream, group, { bufferSize })
    : client.subscribeToPersistentSubscriptionToAll(group, { bufferSize });

/** Breaks the connection when it has gone silent; returns how to stop watching. */
const watchConnection = (connection: Connection, isStalled: () => Promise<boolean>): (() => void) => {
  const check = async (): Promise<void> => {
    if (await isStalled()) connection.destroy(new Error('The subscription went silent'));
  };
  const timer = setInterval(() => void check().catch(() => undefined), WATCH_MS).unref();
  return () => clearInterval(timer);
};

/** Accepts messages until the connection is lost, or until `stopping` aborts and nothing is in flight. */
const consume = async (
  connection: Connection,
  { accept, whenIdle }: Pick<MessageProcessor, 'accept' | 'whenIdle'>,
  stopSignal: AbortSignal,
  onLive: () => void,
): Promise<void> => {
  connection.on('error', () => undefined); // the loop below reports errors; one after its end concerns nobody
  connection.on('confirmation', onLive);
  requireConfirmation(connection);
  const disconnect = async (): Promise<void> => {
    await whenIdle(DRAIN_TIMEOUT_MS);
    await sleep(ACK_FLUSH_MS);
    connection.destroy();
  };
  const onStop = (): void => void disconnect();
  stopSignal.addEventListener('abort', onStop);
  try {
    for await (const message of connection as AsyncIterable<Message>)
      if (!stopSignal.aborted) accept(message, connection);
  } finally {
    stopSignal.removeEventListener('abort', onStop);
    void connection.unsubscribe().catch(() => undefined);
  }
};

/** Repeats `connect` while an exclusive group has another consumer, which is no failure: that one is waited for. */
const whenAdmitted = async (
  connect: () => Promise<void>,
  stopSignal: AbortSignal,
  onStandby: () => void,
): Promise<void> => {
  for (;;) {
    try {
      await connect();
      return;
    } catch (error) {
      if (!(error instanceof PersistentSubscriptionMaximumSubscribersReachedError)) throw error;
      onStandby();
      await sleep(STANDBY_MS, undefined, { signal: stopSignal });
    }
  }
};

/**
 * Consumes as a member of a persistent subscription group: at least once, in no guaranteed order. A message whose handler
 * throws is tried again with growing pauses and parked after the third retry, while later messages go on; an outage
 * (event store, database, other service) is waited for instead. Creates the group if it is absent and reconnects for
 * ever.
 *
 * The client's own subscription dies in many ways, of which only some are reported: an error without an end, a raw gRPC
 * error, a drop after an update of the group, an end without an error, or silence. Each of them leads back to the
 * beginning of the loop.
 */
export const subscribePersistently = (client: EventStoreClient, options: PersistentOptions): Subscription => {
  const { group, source, handle, handleAll, logger, tracer = noTracing } = options;
  const { messageTimeoutMs = 30_000, startFrom = 'start', exclusive = false } = options;
  const { concurrency = handleAll === undefined ? 10 : 2 * BATCH_LIMITS.maxItems } = options;
  const log = logger.child({ group });
  const messages = createMessageProcessor({ handle, handleAll }, { group, messageTimeoutMs, logger: log, tracer });
  let state: SubscriptionStatus['state'] = 'connecting';
  let lastError: string | undefined;

  const connect = async (reportAlive: () => void, stopSignal: AbortSignal): Promise<void> => {
    await createGroup(client, group, source, { messageTimeoutMs, concurrency, startFrom, exclusive });
    if (stopSignal.aborted) return;
    const connection = open(client, group, source, concurrency);
    const isStalled = stallDetector(() => groupInfo(client, group, source), messages.counts);
    const unwatch = watchConnection(connection, isStalled);
    await consume(connection, messages, stopSignal, () => {
      state = 'live';
      reportAlive();
    }).finally(unwatch);
  };

  const attempt = (reportAlive: () => void, stopSignal: AbortSignal): Promise<void> =>
    whenAdmitted(
      () => connect(reportAlive, stopSignal),
      stopSignal,
      () => {
        state = 'standby';
        reportAlive();
      },
    );

  const consumption = restartable((stopSignal) => {
    state = 'connecting';
    return supervise(
      (reportAlive) => attempt(reportAlive, stopSignal),
      stopSignal,
      (failure) => {
        state = 'waiting';
        lastError = failure.reason;
        log.warn('Subscription lost, subscribing again', failure);
      },
    );
  });
  const pause = async (): Promise<void> => {
    await consumption.stop();
    state = 'stopped';
  };

  const status = (): SubscriptionStatus => {
    const { handled, parked, inFlight, lastHandled, oldestInFlight } = messages.counts();
    return { state, handled, parked, inFlight, lastHandled, oldestInFlight, lastError };
  };
  const unregister = registerMember(client, { group, source, status, handle, pause, resume: consumption.start });
  consumption.start();

  return {
    name: group,
    status,
    stop: async () => {
      await pause();
      unregister();
    },
  };
};
