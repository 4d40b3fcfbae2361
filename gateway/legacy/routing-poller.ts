import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@lego-moc/application/new-id';
import type { Logger } from '@lego-moc/logger/logger';
import type { MigrationClient } from './migration-client.ts';
import type { WriteGate } from './write-gate.ts';

const POLL_EVERY_MS = 100;
/** While users change sides: their writes wait for each step. */
const POLL_OFTEN_EVERY_MS = 20;

type PollerOptions = {
  readonly migration: MigrationClient;
  readonly gate: Pick<WriteGate, 'apply' | 'drained'>;
  readonly logger: Logger;
};

/** Asks the migration again and again where requests go, and tells it which writes are over. Returns what ends it. */
export const pollRouting = ({ migration, gate, logger }: PollerOptions): (() => void) => {
  const instance = newId();
  const stopping = new AbortController();
  let isAnswered = true;

  const poll = async (): Promise<boolean> => {
    const askedAtMs = performance.now();
    const routings = await migration.exchangeRouting({ instance, drained: gate.drained() }, stopping.signal);
    gate.apply(routings, askedAtMs);
    if (!isAnswered) logger.info('The migration answers again');
    isAnswered = true;
    return routings.some(({ nextPercent }) => nextPercent !== null);
  };

  const report = (error: unknown): false => {
    if (isAnswered && !stopping.signal.aborted) logger.warn('The migration does not answer', { error });
    isAnswered = false;
    return false;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isMoving = await poll().catch(report);
      const { signal } = stopping;
      await sleep(isMoving ? POLL_OFTEN_EVERY_MS : POLL_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void run();
  return () => stopping.abort();
};
