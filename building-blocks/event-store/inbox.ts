import { setTimeout as sleep } from 'node:timers/promises';
import {
  PARK,
  RETRY,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToAllResolvedEvent,
  type PersistentSubscriptionToStream,
  type PersistentSubscriptionToStreamResolvedEvent,
} from '@eventstore/db-client';
import { foregroundRests } from '@lego-moc/kernel/foreground';
import type { Logger } from '@lego-moc/logger/logger';
import { deliveredFrom, type Delivered } from './delivered.ts';
import { gathering } from './gathering.ts';
import { attend, PATIENCE } from './handling.ts';

export type Message = PersistentSubscriptionToAllResolvedEvent | PersistentSubscriptionToStreamResolvedEvent;
export type Connection = PersistentSubscriptionToAll | PersistentSubscriptionToStream;

export type Tally = {
  readonly received: number;
  readonly handled: number;
  readonly parked: number;
  readonly inHand: number;
};

export type Inbox = {
  /**
   * Works on the message and answers to the connection that brought it. Never throws. `isNew` tells of a position in
   * the log whether all from there on was recorded after that connection was made.
   */
  readonly take: (message: Message, connection: Connection, isNew: (position: bigint) => boolean) => void;
  readonly tally: () => Tally;
  /** Waits until nothing is in hand, at most so long. */
  readonly settled: (patienceMs: number) => Promise<void>;
};

const whereabouts = ({ stream, revision, eventId, type, cause }: Delivered) => ({
  stream,
  revision: String(revision),
  eventId,
  type,
  correlationId: cause.correlationId,
});

/** What is done with messages: see `PersistentOptions`. */
export type Handlers = {
  readonly handle: (delivered: Delivered) => Promise<void>;
  readonly handleAll?: ((batch: readonly Delivered[]) => Promise<void>) | undefined;
};

type Received = { readonly message: Message; readonly connection: Connection; readonly delivered: Delivered };

/** Acknowledges together what is settled in one go: one message to the store instead of one each. */
const acknowledging = (onLost: (error: unknown) => void): ((message: Message, connection: Connection) => void) => {
  const settled = new Map<Connection, Message[]>();
  const send = (): void => {
    for (const [connection, messages] of settled) connection.ack(...messages).catch(onLost);
    settled.clear();
  };
  return (message, connection) => {
    if (settled.size === 0) setImmediate(send);
    const messages = settled.get(connection);
    if (messages === undefined) settled.set(connection, [message]);
    else messages.push(message);
  };
};

/** What is in hand, and how to wait until nothing is. */
const handful = () => {
  const held = new Set<Message>();
  const waiting = new Set<() => void>();
  return {
    size: (): number => held.size,
    hold: (message: Message): void => void held.add(message),
    release: (message: Message): void => {
      held.delete(message);
      if (held.size > 0) return;
      // Acknowledgements go out before those who wait go on.
      for (const go of waiting) setImmediate(go);
      waiting.clear();
    },
    emptied: (): Promise<void> =>
      held.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.add(resolve)),
  };
};

/** The messages that one subscription has in hand, whichever connection brought them. */
export const inbox = ({ handle, handleAll }: Handlers, messageTimeoutMs: number, log: Logger): Inbox => {
  const inHand = handful();
  const counts = { received: 0, handled: 0, parked: 0 };
  // The rest of the time is for the answer's way back.
  const patience = { ...PATIENCE, inHandMs: messageTimeoutMs * 0.8 };
  const onLost = (error: unknown): void => log.debug('An answer got lost; the message will come again', { error });
  const acknowledge = acknowledging(onLost);

  const attendTo = async ({ message, connection, delivered }: Received, work: () => Promise<void>): Promise<void> => {
    const verdict = await attend(work, patience, delivered.retryCount);
    if (verdict.action === 'ack') {
      counts.handled += 1;
      acknowledge(message, connection);
      return;
    }
    const { action, reason, error } = verdict;
    log.error(`Message ${action === 'park' ? 'parked' : 'given back'}: ${reason}`, {
      ...whereabouts(delivered),
      error,
    });
    if (action === 'park') counts.parked += 1;
    await connection.nack(action === 'park' ? PARK : RETRY, reason, message);
  };

  const attended = (received: Received, work: () => Promise<void>): void => {
    void attendTo(received, work)
      .catch(onLost)
      .finally(() => inHand.release(received.message));
  };

  /** The first try is everybody's; should it fail, each goes on by itself, and the next batch need not wait for it. */
  const attendToAll = async (batch: readonly Received[], all: Required<Handlers>['handleAll']): Promise<void> => {
    const together = Promise.resolve(batch.map(({ delivered }) => delivered)).then(all);
    for (const received of batch) {
      let tries = 0;
      attended(received, () => ((tries += 1) === 1 ? together : handle(received.delivered)));
    }
    await Promise.allSettled([together]);
  };

  const work =
    handleAll === undefined
      ? (received: Received): void =>
          void foregroundRests().then(() => attended(received, () => handle(received.delivered)))
      : gathering<Received>((batch) => attendToAll(batch, handleAll));

  return {
    take: (message, connection, isNew) => {
      counts.received += 1;
      const { event, commitPosition, retryCount } = message;
      if (event === undefined) {
        acknowledge(message, connection); // scavenged: nothing is left to do
        return;
      }
      inHand.hold(message);
      const delivered = deliveredFrom(event, commitPosition, retryCount);
      work({ message, connection, delivered: { ...delivered, fresh: retryCount === 0 && isNew(delivered.position) } });
    },
    tally: () => ({ ...counts, inHand: inHand.size() }),
    settled: async (patienceMs) => {
      await Promise.race([inHand.emptied(), sleep(patienceMs, undefined, { ref: false })]);
    },
  };
};
