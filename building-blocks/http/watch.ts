import { setTimeout as sleep } from 'node:timers/promises';

/** `answerMs`: who takes longer to say that all is well is not well. */
export type Watching = { readonly everyMs: number; readonly answerMs: number };

/**
 * Asks `check` every second, one question at a time, and tells `onChange` when it begins to fail and when it succeeds
 * again. Returns how to stop.
 */
export const watch = (
  check: () => Promise<unknown>,
  onChange: (isWell: boolean, error?: unknown) => void,
  { everyMs, answerMs }: Watching = { everyMs: 1_000, answerMs: 1_000 },
): (() => void) => {
  const stopping = new AbortController();
  let wasWell = true;
  const tell = (isWell: boolean, error?: unknown): void => {
    if (isWell === wasWell) return;
    wasWell = isWell;
    onChange(isWell, error);
  };
  const look = async (): Promise<void> => {
    const slow = setTimeout(() => tell(false, new Error(`No answer within ${answerMs} ms`)), answerMs);
    try {
      await check();
      tell(true);
    } catch (error) {
      tell(false, error);
    } finally {
      clearTimeout(slow);
    }
  };
  const looking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  void looking();
  return (): void => stopping.abort();
};
