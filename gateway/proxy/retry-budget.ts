export type RetryBudget = {
  /** A first attempt was made. */
  readonly deposit: () => void;
  /** Whether one more attempt may be made now; takes it from the budget. */
  readonly withdraw: () => boolean;
};

/** Enough that a service restarting under little traffic is still retried. */
const RESERVE = 10;

/**
 * Retries may add at most `share` to the requests made: when everything fails, the failing service must not be asked
 * a multiple of what it already cannot answer.
 */
export const retryBudget = (share = 0.2, reserve = RESERVE): RetryBudget => {
  let balance = reserve;
  return {
    deposit: () => {
      balance = Math.min(balance + share, reserve);
    },
    withdraw: () => {
      if (balance < 1) return false;
      balance -= 1;
      return true;
    },
  };
};

const RETRY_DELAYS_MS = [50, 150];

/**
 * How long to wait before one more; `undefined` when there were enough. Up to half shorter or longer: what failed at the
 * same time must not come back at the same time.
 */
export const retryDelayMs = (retries: number, random: () => number = Math.random): number | undefined => {
  const delayMs = RETRY_DELAYS_MS[retries];
  return delayMs === undefined ? undefined : delayMs * (0.5 + random());
};
