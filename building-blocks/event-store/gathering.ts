import { foregroundRests } from '@lego-moc/kernel/foreground';

/** How often a batch may begin, and how many may be in it. */
export type Gathering = { readonly everyMs: number; readonly max: number };

/**
 * Short enough that nobody notices it on a screen, long enough for a dozen events at 500 a second; and no more at once
 * than a request can wait for.
 */
export const GATHERING: Gathering = { everyMs: 25, max: 32 };

/**
 * Hands what comes to `work` in batches, one batch at a time, in the order of coming and giving way to requests. What
 * comes after a rest waits for nothing; what comes soon after a batch has begun makes the next one, which begins when
 * its time has come or when it is full. `work` never throws.
 */
export const gathering = <Item>(
  work: (batch: readonly Item[]) => Promise<void>,
  { everyMs, max }: Gathering = GATHERING,
): ((item: Item) => void) => {
  const waiting: Item[] = [];
  let running = false;
  let notBefore = 0;
  let onFull: (() => void) | undefined;

  const itsTime = (): Promise<void> => {
    const ms = notBefore - performance.now();
    if (ms <= 0 || waiting.length >= max) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      onFull = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await itsTime();
      await foregroundRests();
      notBefore = performance.now() + everyMs;
      await work(waiting.splice(0, max));
    }
    running = false;
  };

  return (item) => {
    waiting.push(item);
    if (waiting.length >= max) onFull?.();
    if (running) return;
    running = true;
    void run();
  };
};
