import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreUnavailable, isLost } from './unavailable.ts';

/** How long to wait for an answer, and how often to ask for one. */
export type Asking = { readonly pausesMs: readonly number[]; readonly eachMs: number; readonly allMs: number };

/**
 * An append whose answer is lost with the connection never settles in the client, so every try has its limit; and a
 * store that accepts calls and answers none must not keep a person waiting for long: the gateway gives up after 5 s.
 */
const PATIENCE: Asking = { pausesMs: [50, 150, 400, 900], eachMs: 3_000, allMs: 4_500 };

/** With a timer and not with an abort: every append passes here, and an abort makes an error that nobody reads. */
const within = <T>(work: Promise<T>, ms: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      reject(new EventStoreUnavailable(new Error(`No answer within ${Math.round(ms)} ms`)));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(deadline));
  });

/** The pause before try number `attempt + 1`; `undefined` when there is none. Jittered, so that clients spread out. */
export const pauseAfter = (attempt: number, pausesMs = PATIENCE.pausesMs): number | undefined => {
  const pause = pausesMs[attempt - 1];
  return pause === undefined ? undefined : pause * (0.75 + Math.random() / 2);
};

/**
 * Asks the store again, a few times, while calls get lost on the way; `ask` must be harmless to repeat. Throws
 * `EventStoreUnavailable` when it stays lost, and any answer of the store as it is.
 */
export const asking = async <T>(ask: () => Promise<T>, { pausesMs, eachMs, allMs }: Asking = PATIENCE): Promise<T> => {
  const until = performance.now() + allMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await within(ask(), Math.min(eachMs, until - performance.now()));
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable) && !isLost(error)) throw error;
      const pause = pauseAfter(attempt, pausesMs);
      if (pause === undefined || performance.now() + pause >= until)
        throw error instanceof EventStoreUnavailable ? error : new EventStoreUnavailable(error);
      await sleep(pause);
    }
  }
};
