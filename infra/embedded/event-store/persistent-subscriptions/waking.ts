import type { EventLog } from '../storage/event-log.ts';

/**
 * How often groups look for what was committed while one append follows the other. Each look, and what is sent and
 * received after it, costs nearly the same for one event as for ten.
 */
const EVERY_MS = 10;
/** So many looks need not wait, when none was needed for a while: one event often follows from the one before. */
const AT_ONCE_MAX = 5;

/**
 * Calls `wake` once after each commit, in a later turn of the event loop; and where commits keep coming, once for all of
 * some milliseconds. `now` counts milliseconds from anywhere. Returns how to stop listening.
 */
export const wakeOn = (log: Pick<EventLog, 'onCommit'>, wake: () => void, now: () => number): (() => void) => {
  let isDue = false;
  let isListening = true;
  /** When it would be the turn of the next, had they come evenly. */
  let turn = -Infinity;

  const wakeAll = (): void => {
    isDue = false;
    if (isListening) wake();
  };
  const ignore = log.onCommit(() => {
    if (isDue) return;
    isDue = true;
    const at = now();
    // Not later than the next turn: a clock that was put back must not hold anybody up.
    turn = Math.min(Math.max(turn, at - (AT_ONCE_MAX - 1) * EVERY_MS), at + EVERY_MS);
    if (turn <= at) setImmediate(wakeAll);
    else setTimeout(wakeAll, turn - at);
    turn += EVERY_MS;
  });
  return () => {
    isListening = false;
    ignore();
  };
};
