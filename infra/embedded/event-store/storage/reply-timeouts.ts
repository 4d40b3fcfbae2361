import { setTimeout as sleep } from 'node:timers/promises';
import { LogUnavailable } from './event-log.ts';

/** Answers that are late on purpose, by `timeoutMs`. */
export const replyTimeouts = (timeoutMs: number) => {
  const closeSignal = new AbortController();
  return {
    /** Resolves `timeoutMs` after `startedAt`, of `performance.now()`; rejects with `LogUnavailable` after `close`. */
    wait: async (startedAt: number): Promise<void> => {
      const remainingMs = startedAt + timeoutMs - performance.now();
      try {
        await sleep(Math.max(0, remainingMs), undefined, { signal: closeSignal.signal, ref: false });
      } catch {
        throw new LogUnavailable('closed', 'The event log is closed');
      }
    },
    close: (): void => closeSignal.abort(),
  };
};
