import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from './back-off.ts';

/** How long a command is decided again while other writers are faster. */
export const CONFLICT_BUDGET_MS = 10_000;

const FIRST_PAUSE_MS = 8;
const PAUSE_MAX_MS = 250;

/** An attempt that lost against another writer. */
export const CONFLICT = Symbol('conflict');

/** A random pause up to a bound that doubles with each attempt: writers that met once do not meet again. */
const pauseMs = (attempt: number): number => Math.random() * backOffMs(attempt, FIRST_PAUSE_MS, PAUSE_MAX_MS);

/**
 * Runs `attempt` until it returns something else than `CONFLICT`, with jittered pauses. Returns `CONFLICT` when that
 * has not happened within `budgetMs` milliseconds.
 */
export const retryConflicts = async <T>(
  attempt: () => Promise<T | typeof CONFLICT>,
  budgetMs: number,
): Promise<T | typeof CONFLICT> => {
  const deadline = performance.now() + budgetMs;
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt();
    if (outcome !== CONFLICT || performance.now() >= deadline) return outcome;
    await sleep(pauseMs(attempts));
  }
};
