import { EventStoreUnavailable } from './unavailable.ts';

/** The store confirms a subscription at once; without a confirmation it never delivers anything and says nothing. */
const CONFIRMATION_TIMEOUT_MS = 10_000;

type Confirmable = {
  once(event: 'close' | 'confirmation', listener: () => void): unknown;
  destroy(error: Error): unknown;
};

/** Destroys a subscription that the store does not confirm in time, so that its reader subscribes again. */
export const requireConfirmation = (subscription: Confirmable): void => {
  const timer = setTimeout(() => {
    subscription.destroy(
      new EventStoreUnavailable(new Error(`Subscription not confirmed within ${CONFIRMATION_TIMEOUT_MS} ms`)),
    );
  }, CONFIRMATION_TIMEOUT_MS);
  const cancel = (): void => clearTimeout(timer);
  subscription.once('confirmation', cancel);
  subscription.once('close', cancel);
};
