import type { PersistentSubscriptionToAll, PersistentSubscriptionToStream } from '@eventstore/db-client';
import { eventually } from '../../contract/waiting.ts';

type Subscription = PersistentSubscriptionToStream | PersistentSubscriptionToAll;

/** The fields of a delivered event that the tests check. */
export type Delivery = {
  readonly event?: { readonly id: string; readonly streamId: string; readonly type: string; readonly data: unknown };
  readonly link?: { readonly id: string; readonly streamId: string };
  readonly retryCount?: number;
};

type Answer = (event: Parameters<Subscription['ack']>[0]) => Promise<unknown>;

/** Consumes a subscription and records its deliveries; acknowledges each unless another `answer` is given. */
export const consumerOf = (subscription: Subscription, answer: Answer = async (event) => subscription.ack(event)) => {
  const deliveries: Delivery[] = [];
  const errors: unknown[] = [];
  const confirmation = new Promise<void>((resolve) => {
    subscription.once('confirmation', resolve);
  });
  subscription.on('error', (error) => errors.push(error));
  subscription.on('data', (delivery: Parameters<Answer>[0] & Delivery) => {
    deliveries.push(delivery);
    answer(delivery).catch((error: unknown) => errors.push(error));
  });

  const until = (holds: () => boolean | Promise<boolean>): Promise<void> =>
    eventually(async () => {
      if (!(await holds())) throw new Error(`Waited in vain; seen ${deliveries.length}, errors ${String(errors)}`);
    });

  return {
    confirmed: confirmation,
    deliveries: (): readonly Delivery[] => deliveries,
    until,
    /** The first `count` deliveries, once there are as many. */
    received: async (count: number): Promise<readonly Delivery[]> => {
      await until(() => deliveries.length >= count);
      return deliveries.slice(0, count);
    },
    /** The error that ended the subscription. */
    failure: async (): Promise<unknown> => {
      await until(() => errors.length > 0);
      return errors[0];
    },
    leave: () => subscription.unsubscribe(),
  };
};
