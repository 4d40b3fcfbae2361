import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from './outage.ts';

/** What becomes of a message: it is settled, it is set aside for people, or the store offers it again. */
export type Verdict =
  { readonly action: 'ack' } | { readonly action: 'park' | 'retry'; readonly reason: string; readonly error: unknown };

export type Patience = {
  /** Pauses before the retries of a handler that failed; their number is the number of retries. */
  readonly pausesMs: readonly number[];
  /** The longest pause while something we depend on is away. */
  readonly outagePauseMaxMs: number;
  /** How long the message may stay in hand before the store is asked to offer it again. */
  readonly inHandMs: number;
};

/** Long enough to step over a deploy or a lock, short enough for a person who waits for the result. */
export const PATIENCE: Omit<Patience, 'inHandMs'> = { pausesMs: [200, 800, 2_400], outagePauseMaxMs: 5_000 };

/** Reasons are stored with the parked message. */
const REASON_MAX = 1_000;

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, REASON_MAX);

/**
 * Handles one message, with retries. Failures of the handler count against the message, outages do not; what runs out
 * of time goes back to the store, and is parked once it has come back from there as often as it may be retried.
 */
export const attend = async (
  handle: () => Promise<void>,
  { pausesMs, outagePauseMaxMs, inHandMs }: Patience,
  retryCount: number,
): Promise<Verdict> => {
  const began = performance.now();
  for (let failures = 0, outages = 0; ;) {
    try {
      await handle();
      return { action: 'ack' };
    } catch (error) {
      const outage = isOutage(error);
      if (outage) outages += 1;
      else failures += 1;
      const pause = outage ? Math.min(outagePauseMaxMs, 100 * 2 ** outages) : pausesMs[failures - 1];
      const told = { reason: reasonOf(error), error };
      if (pause === undefined) return { action: 'park', ...told };
      if (performance.now() - began + pause > inHandMs)
        return { action: !outage && retryCount >= pausesMs.length ? 'park' : 'retry', ...told };
      await sleep(pause);
    }
  }
};
