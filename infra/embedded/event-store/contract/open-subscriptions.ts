import type { EventStoreDBClient } from '@eventstore/db-client';
import { sleep } from './waiting.ts';

type Subscription = { unsubscribe(): Promise<void>; on(event: 'error' | 'close', listener: () => void): unknown };

const UNSUBSCRIBES_WITHIN_MS = 2_000;
const METHODS = [
  'subscribeToStream',
  'subscribeToAll',
  'subscribeToPersistentSubscriptionToStream',
  'subscribeToPersistentSubscriptionToAll',
] as const;

/** Remembers the subscriptions of clients, so that a failed test leaves none open. */
export const openSubscriptions = () => {
  const open = new Set<Subscription>();

  const track = (subscription: Subscription): void => {
    open.add(subscription);
    const forget = () => open.delete(subscription);
    subscription.on('error', forget);
    subscription.on('close', forget);
  };

  return {
    /** Watches the subscriptions that the client opens from now on. */
    watch: (client: EventStoreDBClient): void => {
      for (const method of METHODS) {
        const subscribe = client[method].bind(client) as (...args: unknown[]) => Subscription;
        const trackSubscription = (...args: unknown[]) => {
          const subscription = subscribe(...args);
          track(subscription);
          return subscription;
        };
        Object.assign(client, { [method]: trackSubscription });
      }
    },
    closeAll: async (): Promise<void> => {
      const closures = [...open].map((subscription) => subscription.unsubscribe());
      open.clear();
      await Promise.race([Promise.allSettled(closures), sleep(UNSUBSCRIBES_WITHIN_MS, undefined, { ref: false })]);
    },
  };
};
