import { whenIdle } from '@lego-moc/application/foreground';

/** How often a batch may begin, and how many items it may have. */
export type BatchLimits = { readonly intervalMs: number; readonly maxItems: number };

/**
 * The interval is short enough to go unnoticed on a screen and long enough for a dozen events at 500 a second; a batch is
 * no larger than a request can wait for.
 */
export const BATCH_LIMITS: BatchLimits = { intervalMs: 25, maxItems: 32 };

/**
 * Hands items to `work` in batches, one batch at a time, in order of arrival and giving way to requests. The first item
 * after a pause is handled at once; items that follow within the interval form the next batch, which begins when the
 * interval is over or the batch is full. `work` never throws.
 */
export const createBatcher = <Item>(
  work: (batch: readonly Item[]) => Promise<void>,
  { intervalMs, maxItems }: BatchLimits = BATCH_LIMITS,
): ((item: Item) => void) => {
  const queue: Item[] = [];
  let isRunning = false;
  let notBefore = 0;
  let onFull: (() => void) | undefined;

  const waitForStart = (): Promise<void> => {
    const ms = notBefore - performance.now();
    if (ms <= 0 || queue.length >= maxItems) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      onFull = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await waitForStart();
      await whenIdle();
      notBefore = performance.now() + intervalMs;
      await work(queue.splice(0, maxItems));
    }
    isRunning = false;
  };

  return (item) => {
    queue.push(item);
    if (queue.length >= maxItems) onFull?.();
    if (isRunning) return;
    isRunning = true;
    void run();
  };
};
