import type { EventLog } from '../storage/event-log.ts';
import type { Outlet } from './outlet.ts';

/** Lets a reader at the end of the log sleep until there is more, or until its client has gone. */
export type WakeUp = {
  /** Call before looking for more: a commit after this makes `next` return at once. */
  readonly arm: () => void;
  readonly next: () => Promise<void>;
};

export const wakeUpOn = (log: EventLog, out: Pick<Outlet<unknown>, 'onGone'>): WakeUp => {
  let woken = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    woken = true;
    wake?.();
    wake = undefined;
  };
  const stop = log.onCommit(ring);
  out.onGone(() => {
    stop();
    ring();
  });
  return {
    arm: () => {
      woken = false;
    },
    next: () =>
      new Promise((resolve) => {
        if (woken) resolve();
        else wake = resolve;
      }),
  };
};
