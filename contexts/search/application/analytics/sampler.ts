/** Searches above the rate are sampled once there were this many seconds of it at once. */
const BURST_S = 10;

export type Sampler = {
  /** How many searches this one stands for, or `undefined` when it is left to a later one to stand for it. */
  readonly sample: () => number | undefined;
};

/**
 * Takes at most `perSecond` searches a second, and more for a moment after a quiet time. The weights of all taken ones
 * add up to the number of searches until the last of them. `nowMs` never goes back.
 */
export const createSampler = (perSecond: number, nowMs: () => number): Sampler => {
  const capacity = perSecond * BURST_S;
  let tokens = capacity;
  let refilledAt = nowMs();
  let skipCount = 0;
  return {
    sample: () => {
      const now = nowMs();
      tokens = Math.min(capacity, tokens + ((now - refilledAt) / 1_000) * perSecond);
      refilledAt = now;
      if (tokens < 1) {
        skipCount += 1;
        return undefined;
      }
      tokens -= 1;
      const weight = skipCount + 1;
      skipCount = 0;
      return weight;
    },
  };
};
