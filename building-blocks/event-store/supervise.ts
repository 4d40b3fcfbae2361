import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MAX_MS = 10_000;

const pauseFor = (failures: number): number =>
  Math.round(Math.min(PAUSE_MAX_MS, 100 * 2 ** Math.min(failures, 10)) * (0.75 + Math.random() / 2));

export type Lost = { readonly reason: string; readonly failures: number; readonly pauseMs: number };

/**
 * Makes `attempt` again whenever it ends or throws, until `stopping`. The pauses grow from one failure to the next;
 * an attempt that calls `alive` starts them afresh. Never throws.
 */
export const supervise = async (
  attempt: (alive: () => void) => Promise<void>,
  stopping: AbortSignal,
  onLost: (lost: Lost) => void,
): Promise<void> => {
  let failures = 0;
  const tried = async (): Promise<string> => {
    try {
      await attempt(() => {
        failures = 0;
      });
      return 'ended';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  const stopped = (): boolean => stopping.aborted;
  while (!stopped()) {
    const reason = await tried();
    if (stopped()) return;
    failures += 1;
    const pauseMs = pauseFor(failures);
    onLost({ reason, failures, pauseMs });
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
  }
};
