import { setTimeout as sleep } from 'node:timers/promises';
import { jitteredBackOffMs } from '@lego-moc/application/back-off';

const DELAY_FROM_MS = 200;
const DELAY_TO_MS = 10_000;

export type FailedAttempt = { readonly reason: string; readonly failures: number; readonly delayMs: number };

/**
 * Starts `attempt` again whenever it ends or throws, until `stopping` aborts. Delays grow with each failure in a row;
 * an attempt that calls `reportAlive` resets them. Never throws.
 */
export const supervise = async (
  attempt: (reportAlive: () => void) => Promise<void>,
  stopSignal: AbortSignal,
  onFailure: (failure: FailedAttempt) => void,
): Promise<void> => {
  let failures = 0;
  const runAttempt = async (): Promise<string> => {
    try {
      await attempt(() => {
        failures = 0;
      });
      return 'ended';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  const isStopping = (): boolean => stopSignal.aborted;
  while (!isStopping()) {
    const reason = await runAttempt();
    if (isStopping()) return;
    failures += 1;
    const delayMs = Math.round(jitteredBackOffMs(failures, DELAY_FROM_MS, DELAY_TO_MS));
    onFailure({ reason, failures, delayMs });
    await sleep(delayMs, undefined, { signal: stopSignal }).catch(() => undefined);
  }
};
