import type { EventLog } from '../storage/event-log.ts';
import type { ResponseWriter } from './response-writer.ts';

/** Lets a reader at the end of the log sleep until there is more, or until its client has gone. */
export type CommitSignal = {
  /** Call before looking for more: a commit after this makes `next` return at once. */
  readonly reset: () => void;
  readonly wait: () => Promise<void>;
};

export const commitSignal = (log: EventLog, out: Pick<ResponseWriter<unknown>, 'onClose'>): CommitSignal => {
  let hasCommitted = false;
  let resolveWait: (() => void) | undefined;
  const notify = (): void => {
    hasCommitted = true;
    resolveWait?.();
    resolveWait = undefined;
  };
  const stop = log.onCommit(notify);
  out.onClose(() => {
    stop();
    notify();
  });
  return {
    reset: () => {
      hasCommitted = false;
    },
    wait: () =>
      new Promise((resolve) => {
        if (hasCommitted) resolve();
        else resolveWait = resolve;
      }),
  };
};
