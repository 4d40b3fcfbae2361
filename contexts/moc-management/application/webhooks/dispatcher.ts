import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim, WebhookDeliveries } from '../ports/webhook-deliveries.ts';
import type { TakeSlot } from '../ports/receivers.ts';

/** Webhooks that are delivered to at once by this process. */
const WEBHOOKS_AT_ONCE = 64;
/** Of one user, and to one host or address: their slow receivers leave the other slots alone. */
const PER_OWNER = 2;
const PER_DESTINATION = 4;

/** Another instance may have queued a message. */
const LOOK_EVERY_MS = 1_000;

type Dispatcher = {
  /** Looks for due messages at once. */
  readonly wake: () => void;
  /** Ends after the messages in flight were given up; whoever claims their webhooks sends them again. */
  readonly stop: () => Promise<void>;
};

type Options = {
  readonly deliveries: Pick<WebhookDeliveries, 'claim'>;
  readonly deliver: (claim: Claim, takeSlot: TakeSlot, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

/** Counts what is in use by name. */
const slots = (perName: number) => {
  const counts = new Map<string, number>();
  return {
    busy: (): readonly string[] => [...counts].filter(([, count]) => count >= perName).map(([name]) => name),
    take: (name: string): (() => void) | undefined => {
      const count = counts.get(name) ?? 0;
      if (count >= perName) return undefined;
      counts.set(name, count + 1);
      return () => {
        const rest = (counts.get(name) ?? 1) - 1;
        if (rest === 0) counts.delete(name);
        else counts.set(name, rest);
      };
    },
  };
};

/**
 * Delivers due messages: one at a time of each webhook, and no more at once than the limits allow, so that a receiver that
 * is slow or hangs takes the turn of nobody else.
 */
export const runDispatcher = ({ deliveries, deliver, onError }: Options): Dispatcher => {
  const stopController = new AbortController();
  const owners = slots(PER_OWNER);
  const destinations = slots(PER_DESTINATION);
  const inFlight = new Set<Promise<void>>();
  let wakeUp = new AbortController();
  const wake = (): void => wakeUp.abort();

  const begin = (claim: Claim): void => {
    const leave = owners.take(claim.owner);
    const turn = deliver(claim, destinations.take, stopController.signal)
      .catch(onError)
      .finally(() => {
        leave?.();
        inFlight.delete(turn);
        wake();
      });
    inFlight.add(turn);
  };

  /** Claims webhooks until none is due or all slots are taken. */
  const fill = async (): Promise<void> => {
    while (inFlight.size < WEBHOOKS_AT_ONCE && !stopController.signal.aborted) {
      const claim = await deliveries.claim({ owners: owners.busy(), destinations: destinations.busy() });
      if (claim === undefined) return;
      begin(claim);
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopController.signal.aborted) {
      wakeUp = new AbortController();
      await fill().catch(onError);
      const signal = AbortSignal.any([wakeUp.signal, stopController.signal]);
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };

  const running = loop();
  return {
    wake,
    stop: async () => {
      stopController.abort();
      await running;
      await Promise.all(inFlight);
    },
  };
};
