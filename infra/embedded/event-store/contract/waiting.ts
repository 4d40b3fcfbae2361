import { setTimeout as sleep } from 'node:timers/promises';

export { setTimeout as sleep } from 'node:timers/promises';

/**
 * Repeats `check` until it does not throw; after `withinMs` throws its last error. The package stands alone, so it has a
 * function of its own for this.
 */
export const eventually = async <T>(check: () => T | Promise<T>, withinMs = 6_000): Promise<T> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
      await sleep(20);
    }
  }
};

/** Waits for `outcome`, or throws with its name after `withinMs`. */
export const within = async <T>(outcome: Promise<T>, description: string, withinMs = 6_000): Promise<T> => {
  const timer = new AbortController();
  const late = sleep(withinMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`No ${description} within ${withinMs} ms`);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
};
