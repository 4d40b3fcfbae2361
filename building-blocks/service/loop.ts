import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@lego-moc/logger/logger';

/** Background work of a service. */
export type Running = { readonly stop: () => Promise<unknown> };

/** `signal` aborts when the service stops: long runs end early then. */
export type Work = (signal: AbortSignal) => Promise<unknown>;

type LoopOptions = {
  readonly name: string;
  readonly logger: Logger;
  /** The pause after each run. */
  readonly everyMs: number;
};

const loop = (run: (signal: AbortSignal) => Promise<'again' | 'done'>, everyMs: number): Running => {
  const stopController = new AbortController();
  const { signal } = stopController;
  const work = async (): Promise<void> => {
    while (!signal.aborted && (await run(signal)) === 'again')
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  };
  const working = work();
  return {
    stop: async () => {
      stopController.abort();
      await working;
    },
  };
};

/** Runs at once, and again after each pause, until it is stopped. A failed run is made up for by the next one. */
export const repeat = (work: Work, { name, logger, everyMs }: LoopOptions): Running =>
  loop(async (signal) => {
    await work(signal).catch((error: unknown) => logger.warn(`${name} failed and will run again`, { error }));
    return 'again';
  }, everyMs);

/** Runs until it has succeeded once. */
export const repeatUntilDone = (work: Work, { name, logger, everyMs }: LoopOptions): Running =>
  loop(async (signal) => {
    try {
      await work(signal);
      return 'done';
    } catch (error) {
      logger.warn(`${name} failed and will run again`, { error });
      return 'again';
    }
  }, everyMs);
