import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@lego-moc/logger/logger';

const EVERY_MS = 10 * 60_000;
const AGAIN_MS = 60_000;

type Sweeps = {
  /** Removes pictures that nobody shows. */
  readonly avatars: () => Promise<number>;
  /** Forgets erased users whose key a restored database brought back; ends early when `signal` aborts. */
  readonly erased: (signal: AbortSignal) => Promise<number>;
  readonly logger: Logger;
  readonly everyMs?: number;
  readonly againMs?: number;
};

/**
 * Tidies up beside requests: pictures every ten minutes; who was erased once, since that reads the whole log, and since
 * whoever is erased from now on is heard of.
 */
export const sweeps = ({ avatars, erased, logger, everyMs = EVERY_MS, againMs = AGAIN_MS }: Sweeps) => {
  const stopping = new AbortController();
  const { signal } = stopping;

  const sweepAvatars = setInterval(() => {
    avatars().catch((error: unknown) => logger.warn('Pictures not swept; they will be', { error }));
  }, everyMs);

  const sweepErased = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const users = await erased(signal);
        if (users > 0)
          logger.warn('Erased users had keys, as after a restore, and were forgotten once more', { users });
        return;
      } catch (error) {
        logger.warn('Not certain yet that no erased user has a key; looks again', { error });
        await sleep(againMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const sweeping = sweepErased();

  return {
    stop: async (): Promise<void> => {
      clearInterval(sweepAvatars);
      stopping.abort();
      await sweeping;
    },
  };
};
