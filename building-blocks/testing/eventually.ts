import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Repeats the check until it holds; fails the test with `what` when it does not hold within `withinMs`. */
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
