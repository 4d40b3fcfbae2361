import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadModelStore } from '../read-model-store.ts';

const POLL_MS = 20;

/**
 * Waits at most `timeoutMs` until the read model `name` has the row `id` at `revision` or later, so that a client reads
 * its own writes. Returns whether it has.
 */
export const awaitRevision = async (
  store: Pick<ReadModelStore, 'revisionOf'>,
  name: string,
  id: string,
  revision: bigint,
  timeoutMs: number,
): Promise<boolean> => {
  for (const until = performance.now() + timeoutMs; ;) {
    const revisionNow = await store.revisionOf(name, id);
    if (revisionNow !== undefined && revisionNow >= revision) return true;
    if (performance.now() >= until) return false;
    await sleep(POLL_MS);
  }
};
