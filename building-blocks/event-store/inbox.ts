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
  /** Works on the message and answers to the connection that brought it. Never throws. */
  readonly take: (message: Message, connection: Connection) => void;
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

/** The messages that one subscription has in hand, whichever connection brought them. */
export const inbox = (
  handle: (delivered: Delivered) => Promise<void>,
  messageTimeoutMs: number,
  log: Logger,
): Inbox => {
  const inHand = new Set<Promise<void>>();
  const counts = { received: 0, handled: 0, parked: 0 };
  // The rest of the time is for the answer's way back.
  const patience = { ...PATIENCE, inHandMs: messageTimeoutMs * 0.8 };

  const attendTo = async (message: Message, connection: Connection): Promise<void> => {
    const { event, commitPosition, retryCount } = message;
    if (event === undefined) return connection.ack(message); // scavenged: nothing is left to do
    const delivered = deliveredFrom(event, commitPosition, retryCount);
    await foregroundRests();
    const verdict = await attend(() => handle(delivered), patience, retryCount);
    if (verdict.action === 'ack') {
      counts.handled += 1;
      return connection.ack(message);
    }
    const { action, reason, error } = verdict;
    log.error(`Message ${action === 'park' ? 'parked' : 'given back'}: ${reason}`, {
      ...whereabouts(delivered),
      error,
    });
    if (action === 'park') counts.parked += 1;
    return connection.nack(action === 'park' ? PARK : RETRY, reason, message);
  };

  return {
    take: (message, connection) => {
      counts.received += 1;
      const work = attendTo(message, connection)
        .catch((error: unknown) => log.debug('An answer got lost; the message will come again', { error }))
        .finally(() => inHand.delete(work));
      inHand.add(work);
    },
    tally: () => ({ ...counts, inHand: inHand.size }),
    settled: async (patienceMs) => {
      await Promise.race([Promise.allSettled(inHand), sleep(patienceMs, undefined, { ref: false })]);
    },
  };
};
