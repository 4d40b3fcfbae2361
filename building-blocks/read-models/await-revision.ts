import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@lego-moc/postgres/database';
import { revisionsOf } from './names.ts';

const LOOK_AGAIN_MS = 20;

/**
 * Waits, at most `timeoutMs`, until the read model has heard of `revision` of the stream `id`: a client reads its own
 * writes. Tells whether it has.
 */
export const awaitRevision = async (
  db: Database,
  projection: string,
  id: string,
  revision: bigint,
  timeoutMs: number,
): Promise<boolean> => {
  const sql = `SELECT revision FROM ${revisionsOf(projection)} WHERE id = $1`;
  for (const until = performance.now() + timeoutMs; ;) {
    const kept = await db.oneOrNone<{ revision: bigint }>(sql, [id]);
    if (kept !== null && kept.revision >= revision) return true;
    if (performance.now() >= until) return false;
    await sleep(LOOK_AGAIN_MS);
  }
};
