import { setTimeout as sleep } from 'node:timers/promises';
import {
  PARK,
  RETRY,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToAllResolvedEvent,
  type PersistentSubscriptionToStream,
  type PersistentSubscriptionToStreamResolvedEvent,
} from '@eventstore/db-client';
import { workingOn } from '@lego-moc/logger/current-work';
import { whenIdle } from '@lego-moc/application/foreground';
import type { Instant } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import type { Span, Tracer } from '@lego-moc/tracing/tracer';
import { createBatcher } from './batching.ts';
import { continueEvent } from './continue-event.ts';
import { ownFrameOf } from './dead-letters/own-frame.ts';
import { formatReason } from './dead-letters/parking-reason.ts';
import { isStreamDeletedMarker, toDeliveredEvent, type DeliveredEvent } from './delivered-event.ts';
import { handleWithRetries, HANDLING_POLICY } from './handle-with-retries.ts';

export type Message = PersistentSubscriptionToAllResolvedEvent | PersistentSubscriptionToStreamResolvedEvent;
export type Connection = PersistentSubscriptionToAll | PersistentSubscriptionToStream;

export type MessageCounts = {
  readonly received: number;
  readonly handled: number;
  readonly parked: number;
  readonly inFlight: number;
  readonly lastHandled: DeliveredEvent | undefined;
  readonly oldestInFlight: Instant | undefined;
};

export type MessageProcessor = {
  /** Handles the message and answers on the connection that brought it. Never throws. */
  readonly accept: (message: Message, connection: Connection) => void;
  readonly counts: () => MessageCounts;
  /** Resolves when no message is in flight, or after `timeoutMs`. */
  readonly whenIdle: (timeoutMs: number) => Promise<void>;
};

/** Handlers of messages: see `PersistentOptions`. */
export type MessageHandlers = {
  readonly handle: (event: DeliveredEvent) => Promise<void>;
  readonly handleAll?: ((batch: readonly DeliveredEvent[]) => Promise<void>) | undefined;
};

type ReceivedMessage = {
  readonly message: Message;
  readonly connection: Connection;
  readonly event: DeliveredEvent;
  readonly span: Span;
};

export type ProcessorOptions = {
  readonly group: string;
  readonly messageTimeoutMs: number;
  readonly logger: Logger;
  readonly tracer: Tracer;
};

const logContext = ({ stream, revision, eventId, type, cause }: DeliveredEvent) => ({
  stream,
  revision: String(revision),
  eventId,
  type,
  correlationId: cause.correlationId,
});

/** By position in the log, or by revision where an event came without its position. */
const isLater = (event: DeliveredEvent, other: DeliveredEvent): boolean =>
  event.position === other.position ? event.revision > other.revision : event.position > other.position;

/** Sends the acknowledgements of one turn of the event loop as one message to the store instead of one each. */
const createAcknowledger = (onLost: (error: unknown) => void): ((message: Message, connection: Connection) => void) => {
  const pending = new Map<Connection, Message[]>();
  const flush = (): void => {
    for (const [connection, messages] of pending) connection.ack(...messages).catch(onLost);
    pending.clear();
  };
  return (message, connection) => {
    if (pending.size === 0) setImmediate(flush);
    const messages = pending.get(connection);
    if (messages === undefined) pending.set(connection, [message]);
    else messages.push(message);
  };
};

/** The messages being handled, and a way to wait until there are none. */
const inFlightMessages = () => {
  const messages = new Map<Message, Instant>();
  const waiters = new Set<() => void>();
  return {
    size: (): number => messages.size,
    add: (message: Message, recordedAt: Instant): void => void messages.set(message, recordedAt),
    oldest: (): Instant | undefined => [...messages.values()].sort()[0],
    remove: (message: Message): void => {
      messages.delete(message);
      if (messages.size > 0) return;
      // Acknowledgements go out before the waiters go on.
      for (const resolve of waiters) setImmediate(resolve);
      waiters.clear();
    },
    whenEmpty: (): Promise<void> =>
      messages.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiters.add(resolve)),
  };
};

/** The first attempt is shared; if it fails, each message goes on by itself and the next batch need not wait for it. */
const batchHandler =
  (
    handleAll: Required<MessageHandlers>['handleAll'],
    handle: MessageHandlers['handle'],
    startHandling: (receivedMessage: ReceivedMessage, work: () => Promise<void>) => void,
  ) =>
  async (batch: readonly ReceivedMessage[]): Promise<void> => {
    const firstAttempt = Promise.resolve(batch.map(({ event }) => event)).then(handleAll);
    for (const receivedMessage of batch) {
      let attempts = 0;
      startHandling(receivedMessage, () => ((attempts += 1) === 1 ? firstAttempt : handle(receivedMessage.event)));
    }
    await Promise.allSettled([firstAttempt]);
  };

/** Handles the messages of one subscription, whichever of its connections brought them. */
export const createMessageProcessor = (
  { handle: handleEvent, handleAll }: MessageHandlers,
  { group, messageTimeoutMs, logger: log, tracer }: ProcessorOptions,
): MessageProcessor => {
  const handle: MessageHandlers['handle'] = (event) => workingOn(event.cause, () => handleEvent(event));
  const inFlight = inFlightMessages();
  const counts = { received: 0, handled: 0, parked: 0 };
  let lastHandled: DeliveredEvent | undefined;
  // The rest of the message timeout is for the answer's way back to the store.
  const policy = { ...HANDLING_POLICY, maxHoldMs: messageTimeoutMs * 0.8 };
  const onLost = (error: unknown): void => log.debug('An answer got lost; the message will come again', { error });
  const acknowledge = createAcknowledger(onLost);

  const handleMessage = async (
    { message, connection, event, span }: ReceivedMessage,
    work: () => Promise<void>,
  ): Promise<void> => {
    const outcome = await handleWithRetries(work, policy, event.retryCount);
    if (outcome.action === 'ack') {
      counts.handled += 1;
      if (lastHandled === undefined || isLater(event, lastHandled)) lastHandled = event;
      acknowledge(message, connection);
      span.end();
      return;
    }
    const { action, reason, error } = outcome;
    span.end({ attributes: { 'event.outcome': action }, failure: error });
    log.error(`Message ${action === 'park' ? 'parked' : 'given back'}: ${reason}`, { ...logContext(event), error });
    if (action === 'park') counts.parked += 1;
    const text = formatReason(reason, ownFrameOf(error));
    await connection.nack(action === 'park' ? PARK : RETRY, text, message);
  };

  const startHandling = (receivedMessage: ReceivedMessage, work: () => Promise<void>): void => {
    void handleMessage(receivedMessage, work)
      .catch(onLost)
      .finally(() => inFlight.remove(receivedMessage.message));
  };

  const schedule =
    handleAll === undefined
      ? (receivedMessage: ReceivedMessage): void =>
          void whenIdle().then(() => startHandling(receivedMessage, () => handle(receivedMessage.event)))
      : createBatcher(batchHandler(handleAll, handle, startHandling));

  return {
    accept: (message, connection) => {
      counts.received += 1;
      const { event: record, commitPosition, retryCount } = message;
      if (record === undefined || isStreamDeletedMarker(record)) {
        acknowledge(message, connection); // the event was scavenged or its stream tombstoned: there is nothing to handle
        return;
      }
      const { event, span } = continueEvent(tracer, group, toDeliveredEvent(record, commitPosition, retryCount));
      inFlight.add(message, event.recordedAt);
      schedule({ message, connection, event, span });
    },
    counts: () => ({ ...counts, inFlight: inFlight.size(), lastHandled, oldestInFlight: inFlight.oldest() }),
    whenIdle: async (timeoutMs) => {
      await Promise.race([inFlight.whenEmpty(), sleep(timeoutMs, undefined, { ref: false })]);
    },
  };
};
