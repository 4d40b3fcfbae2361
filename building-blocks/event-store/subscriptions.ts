import type { Logger } from '@lego-moc/logger/logger';
import type { EventStoreClient } from './connect.ts';
import { readCatchUp } from './catch-up.ts';
import type { Delivered, Source } from './delivered.ts';
import { persistentSubscription } from './persistent-subscription.ts';

export type { Delivered, Source } from './delivered.ts';
export { groupInfo, parkedMessages, replayParked, type GroupInfo, type Parked } from './persistent-groups.ts';

export type SubscriptionStatus = {
  readonly state: 'connecting' | 'live' | 'waiting' | 'stopped';
  /** Messages handled and parked since the start of this process. */
  readonly handled: number;
  readonly parked: number;
  readonly inFlight: number;
  readonly lastError: string | undefined;
};

export type Subscription = {
  readonly name: string;
  /** Takes no new message, waits (bounded) for those in hand, and leaves. */
  stop(): Promise<void>;
  status(): SubscriptionStatus;
};

export type PersistentOptions = {
  /** Names the subscription: whoever subscribes with the same group shares the work. */
  readonly group: string;
  readonly source: Source;
  /** May see a message again, and messages in any order. Throwing means: try again later. */
  readonly handle: (delivered: Delivered) => Promise<void>;
  /**
   * Does for several messages, at most 32, what `handle` does for each, and is tried first. Throwing means: each by
   * itself, so that one that cannot be handled holds up no other. What was done by then is done again.
   */
  readonly handleAll?: (batch: readonly Delivered[]) => Promise<void>;
  /** Messages in hand at once; by default 10, and 64 when they are handled together. */
  readonly concurrency?: number;
  /** How long the store waits for an answer before it offers the message to someone else. */
  readonly messageTimeoutMs?: number;
  /** Where a new group begins. An existing group goes on where it was. */
  readonly startFrom?: 'start' | 'end';
  readonly logger: Logger;
};

/**
 * At least once, in no guaranteed order. A message whose handler throws is tried again with growing pauses and parked
 * after the third retry, while later messages go on; an outage (event store, database, other service) is waited for
 * instead. Creates the group if it is absent and reconnects for ever.
 */
export const subscribePersistently = (client: EventStoreClient, options: PersistentOptions): Subscription =>
  persistentSubscription(client, options);

export type CatchUpOptions = {
  readonly source: Source;
  /**
   * The last event that was seen already: its revision for one stream, its commit position for prefixes. Delivery
   * goes on behind it. `'end'` takes only what comes from now on, and may miss what comes while a connection that has
   * seen nothing yet is lost.
   */
  readonly from: bigint | 'start' | 'end';
  /** Goes on with new events instead of ending when all are read; ends when `signal` aborts. */
  readonly live?: boolean;
  readonly signal?: AbortSignal;
};

/**
 * Events in the order of the log, each once, however often the connection breaks. Ends at the end unless `live`.
 * Throws `EventStoreUnavailable` when the store stays away and `live` is not set; waits for it otherwise.
 */
export const catchUp = (client: EventStoreClient, options: CatchUpOptions): AsyncIterable<Delivered> =>
  readCatchUp(client, options);
