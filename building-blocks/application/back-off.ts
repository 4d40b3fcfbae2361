/** Half to one and a half times the delay, so that callers that failed together do not come back together. */
const addJitter = (delayMs: number, random: () => number): number => delayMs * (0.5 + random());

/** A delay that doubles with every failure in a row, from `fromMs` after the first one to at most `toMs`. */
export const backOffMs = (failures: number, fromMs: number, toMs: number): number =>
  Math.min(toMs, fromMs * 2 ** (failures - 1));

/** `backOffMs`, jittered by half in either direction. */
export const jitteredBackOffMs = (failures: number, fromMs: number, toMs: number): number =>
  addJitter(backOffMs(failures, fromMs, toMs), Math.random);

/**
 * Milliseconds before the retry that follows `retries` earlier ones, jittered by half in either direction; `undefined`
 * when `delaysMs` has no more.
 */
export const retryDelayMs = (
  delaysMs: readonly number[],
  retries: number,
  random: () => number = Math.random,
): number | undefined => {
  const delayMs = delaysMs[retries];
  return delayMs === undefined ? undefined : addJitter(delayMs, random);
};
