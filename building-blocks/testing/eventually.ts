import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Looks again until it is so; fails the test with `what` did not come about when it is not within `withinMs`. */
export const eventually = async (
  what: string,
  isSo: () => Promise<boolean> | boolean,
  withinMs = 15_000,
): Promise<void> => {
  for (const until = performance.now() + withinMs; !(await isSo());) {
    if (performance.now() > until) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
};
