import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreUnavailable, isLost } from './unavailable.ts';

/** Waits between the tries of a call that got lost: together as long as a client may be kept waiting. */
const PAUSES_MS = [50, 150, 400, 900] as const;

/** An append whose answer is lost with the connection never settles in the client; nobody waits longer than this. */
const PATIENCE_MS = 5_000;

const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  const deadline = new AbortController();
  const expired = sleep(ms, undefined, { signal: deadline.signal }).then(() => {
    throw new EventStoreUnavailable(new Error(`No answer within ${ms} ms`));
  });
  expired.catch(() => undefined);
  try {
    return await Promise.race([work, expired]);
  } finally {
    deadline.abort();
  }
};

/** The pause before try number `attempt + 1`; `undefined` when there is none. Jittered, so that clients spread out. */
export const pauseAfter = (attempt: number): number | undefined => {
  const pause = PAUSES_MS[attempt - 1];
  return pause === undefined ? undefined : pause * (0.75 + Math.random() / 2);
};

/**
 * Asks the store again, a few times, while calls get lost on the way; `ask` must be harmless to repeat. Throws
 * `EventStoreUnavailable` when it stays lost, and any answer of the store as it is.
 */
export const asking = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await within(ask(), PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable) && !isLost(error)) throw error;
      const pause = pauseAfter(attempt);
      if (pause === undefined) throw error instanceof EventStoreUnavailable ? error : new EventStoreUnavailable(error);
      await sleep(pause);
    }
  }
};
