import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { Logger } from '@lego-moc/logger/logger';
import type { Sweep } from '../../application/sweep.ts';

export type RunningSweep = { readonly stop: () => Promise<void> };

export type SweepOptions = {
  readonly now: Clock;
  readonly everyMs: number;
  /** How long an upload may be silent before it counts as dead. */
  readonly orphanAgeMs: number;
  readonly logger: Logger;
};

/**
 * Sweeps at once, which finds what a crash has left, and then regularly what has grown old since. A sweep that fails
 * (the event store is down) is made up for by the next.
 */
export const startSweep = (sweep: Sweep, { now, everyMs, orphanAgeMs, logger }: SweepOptions): RunningSweep => {
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    let sweptUntil: Instant | undefined;
    while (!stopping.signal.aborted) {
      const before = after(now(), -orphanAgeMs);
      try {
        const swept = await sweep(sweptUntil === undefined ? { before } : { since: sweptUntil, before });
        sweptUntil = before;
        if (swept.orphans + swept.unfinished > 0) logger.warn('Removed what uploads that died have left', swept);
      } catch (error) {
        logger.warn('The sweep of uploads failed; the next one makes up for it', { error });
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
