import { setTimeout as sleep } from 'node:timers/promises';

/** Often at first, because most results come at once; then less often, because the gateway counts requests. */
const POLL_FROM_MS = 20;
const POLL_TO_MS = 1_000;
const POLL_GROWTH = 1.3;

/** Polls until the result is accepted, and returns it. Throws with the name `what` when that takes longer than `withinMs`. */
export const pollUntil = async <T>(
  description: string,
  poll: () => T | Promise<T>,
  isAccepted: (result: T) => boolean = Boolean,
  withinMs = 60_000,
): Promise<T> => {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = POLL_FROM_MS; ; pauseMs = Math.min(pauseMs * POLL_GROWTH, POLL_TO_MS)) {
    const result = await poll();
    if (isAccepted(result)) return result;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1_000} s: ${description}`);
    await sleep(pauseMs);
  }
};
