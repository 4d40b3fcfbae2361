import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '@lego-moc/application/back-off';
import { isOutage } from './outage.ts';

/** Acknowledged, parked for an operator, or returned to the store, which delivers it again. */
export type MessageOutcome =
  { readonly action: 'ack' } | { readonly action: 'park' | 'retry'; readonly reason: string; readonly error: unknown };

export type HandlingPolicy = {
  /** Pauses before the retries of a handler that failed; their number is the number of retries. */
  readonly pausesMs: readonly number[];
  /** The longest pause while something we depend on is unavailable. */
  readonly maxOutagePauseMs: number;
  /** How long the message may be held before the store is asked to offer it again. */
  readonly maxHoldMs: number;
};

/** Long enough to step over a deploy or a lock, short enough for a person who waits for the result. */
export const HANDLING_POLICY: Omit<HandlingPolicy, 'maxHoldMs'> = {
  pausesMs: [200, 800, 2_400],
  maxOutagePauseMs: 5_000,
};

const OUTAGE_PAUSE_FROM_MS = 200;

/** Reasons are stored with the parked message. */
const REASON_MAX = 1_000;

/** What is said of a failure. */
export const failureReason = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, REASON_MAX);

/**
 * Handles one message, with retries. Failures of the handler count against the message, outages do not. A message that
 * is held too long goes back to the store, and is parked once the store has offered it as often as it may be retried.
 */
export const handleWithRetries = async (
  handle: () => Promise<void>,
  { pausesMs, maxOutagePauseMs, maxHoldMs }: HandlingPolicy,
  retryCount: number,
): Promise<MessageOutcome> => {
  const startedAt = performance.now();
  for (let failures = 0, outages = 0; ;) {
    try {
      await handle();
      return { action: 'ack' };
    } catch (error) {
      const outage = isOutage(error);
      if (outage) outages += 1;
      else failures += 1;
      const pause = outage ? backOffMs(outages, OUTAGE_PAUSE_FROM_MS, maxOutagePauseMs) : pausesMs[failures - 1];
      const failure = { reason: failureReason(error), error };
      if (pause === undefined) return { action: 'park', ...failure };
      if (performance.now() - startedAt + pause > maxHoldMs)
        return { action: !outage && retryCount >= pausesMs.length ? 'park' : 'retry', ...failure };
      await sleep(pause);
    }
  }
};
