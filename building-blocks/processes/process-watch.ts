import { LRUCache } from 'lru-cache';
import type { Clock } from '@lego-moc/application/clock';
import type { ProcessRunner } from '@lego-moc/application/process-runner';
import { after } from '@lego-moc/kernel/instant';
import type { Process } from '@lego-moc/kernel/process';
import type { Logger } from '@lego-moc/logger/logger';
import { isOver, type OpenInstance, type QuietInstances } from './open-instances.ts';

export type WatchedProcess<Event, State, Command> = {
  readonly process: Process<Event, State, Command>;
  readonly runner: Pick<ProcessRunner<Event, State>, 'checkTimeout' | 'isRunning'>;
  readonly quiet: QuietInstances;
  readonly logger: Logger;
  readonly now: Clock;
  /** An instance that moved less than this ago is left to the process that moved it. */
  readonly quietMs?: number;
};

/** Longer than a step usually takes, so that two processes rarely carry out the same one. */
export const QUIET_MS = 5_000;

/** How many instances are checked at the same time: a step may wait for another service. */
const CONCURRENCY = 8;

/** Instances that went on after their end stay in the read model; each is checked once for as long as it is cached. */
const CLOSED_MAX = 10_000;

/**
 * Takes over the instances of a process that stopped moving: the service instance that began one carries it on, and
 * only when it has been quiet for `quietMs` its due steps are run here, and its timeout is checked. Returns one round
 * of that, to be repeated every few seconds; `stop` ends it between two instances.
 */
export const takeOverQuiet = <Event, State, Command>({
  process,
  runner,
  quiet,
  logger,
  now,
  quietMs = QUIET_MS,
}: WatchedProcess<Event, State, Command>): ((stop?: AbortSignal) => Promise<void>) => {
  const log = logger.child({ process: process.name });
  const closedAt = new LRUCache<string, string>({ max: CLOSED_MAX });

  const check = async ({ id, movedAt }: OpenInstance): Promise<void> => {
    if (runner.isRunning(id) || closedAt.get(id) === movedAt) return;
    try {
      const state = await runner.checkTimeout(id);
      if (isOver(process, state)) closedAt.set(id, movedAt);
    } catch (error) {
      log.warn('An instance could not be carried on; it will be tried again', { instance: id, error });
    }
  };

  return async (stop) => {
    const instances = quiet(after(now(), -quietMs))[Symbol.asyncIterator]();
    const worker = async (): Promise<void> => {
      while (stop?.aborted !== true) {
        const next = await instances.next();
        if (next.done === true) return;
        await check(next.value);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  };
};
