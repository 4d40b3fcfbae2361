export type RetryBudget = {
  /** Call once per first attempt. */
  readonly deposit: () => void;
  /** Whether one more attempt may be made; takes it from the budget. */
  readonly withdraw: () => boolean;
};

/** Enough that a service restarting under little traffic is still retried. */
const RESERVE = 10;

/**
 * Retries add at most `share` to the requests made, so that a failing service does not get a multiple of its load.
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
