import { setTimeout as sleep } from 'node:timers/promises';

/** `answerMs`: a check that takes longer counts as failed. */
export type HealthWatchOptions = { readonly everyMs: number; readonly timeoutMs: number };

/**
 * Runs `check` every second, one at a time, and calls `onChange` when it begins to fail and when it succeeds again.
 * Returns the function that stops it.
 */
export const watchHealth = (
  check: () => Promise<unknown>,
  onChange: (isHealthy: boolean, error?: unknown) => void,
  { everyMs, timeoutMs }: HealthWatchOptions = { everyMs: 1_000, timeoutMs: 1_000 },
): (() => void) => {
  const stopController = new AbortController();
  let wasHealthy = true;
  const report = (isHealthy: boolean, error?: unknown): void => {
    if (isHealthy === wasHealthy) return;
    wasHealthy = isHealthy;
    onChange(isHealthy, error);
  };
  const runCheck = async (): Promise<void> => {
    const slow = setTimeout(() => report(false, new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      await check();
      report(true);
    } catch (error) {
      report(false, error);
    } finally {
      clearTimeout(slow);
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopController.signal.aborted) {
      await runCheck();
      await sleep(everyMs, undefined, { signal: stopController.signal }).catch(() => undefined);
    }
  };
  void loop();
  return (): void => stopController.abort();
};
