import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { ListStore } from '../../application/ports/list-store.ts';
import type { LotKey, LotQuantity } from '../../domain/lots.ts';

/** `lots` is an array of keys and quantities: half as long as objects. Instants sort as texts. */
export const listStoreMigration: Migration = {
  id: 'list-lots',
  sql: `
    CREATE TABLE list_lots (
      job_id  text PRIMARY KEY,
      owner   text NOT NULL,
      release text NOT NULL,
      read_at text NOT NULL,
      lots    json NOT NULL
    );
    CREATE INDEX ON list_lots (owner);
    CREATE INDEX ON list_lots (read_at);`,
};

type Pair = readonly [lot: LotKey, quantity: number];
type Row = { readonly jobId: string; readonly lots: readonly Pair[] };

const toJson = (lots: readonly LotQuantity[]): string =>
  JSON.stringify(lots.map(({ lot, quantity }): Pair => [lot, quantity]));

/** Removes the lists of an owner. */
export const deleteLists =
  (db: Pick<Database, 'none'>) =>
  async (owner: UserId): Promise<void> => {
    await db.none('DELETE FROM list_lots WHERE owner = $<owner>', { owner });
  };

/** The release of a list without lots. */
const EXPIRED_RELEASE = '';

/**
 * Empties lists that were read before that instant. Their rows stay, so that the next question stores them anew, while
 * those of erased users are not there to be stored.
 */
export const expireLists =
  (db: Pick<Database, 'none'>) =>
  async (before: Instant): Promise<void> => {
    await db.none(
      `UPDATE list_lots SET release = $<expiredRelease>, lots = '[]' WHERE read_at < $<before> AND release <> $<expiredRelease>`,
      { before, expiredRelease: EXPIRED_RELEASE },
    );
  };

/** Stores lists in PostgreSQL. */
export const listStoreIn = (db: Pick<Database, 'any' | 'none'>): ListStore => ({
  of: async (jobIds, release) => {
    const rows = await db.any<Row>(
      `SELECT job_id AS "jobId", lots FROM list_lots WHERE job_id = ANY ($<jobIds>) AND release = $<release>`,
      { jobIds, release },
    );
    return new Map(rows.map(({ jobId, lots }) => [jobId, lots.map(([lot, quantity]) => ({ lot, quantity }))]));
  },
  add: async ({ lots, ...list }, owner) => {
    await db.none(
      `INSERT INTO list_lots AS stored VALUES ($<jobId>, $<owner>, $<release>, $<readAt>, $<lots>)
       ON CONFLICT (job_id) DO UPDATE SET release = excluded.release, read_at = excluded.read_at, lots = excluded.lots
         WHERE excluded.read_at >= stored.read_at`,
      { ...list, owner, lots: toJson(lots) },
    );
  },
  update: async ({ lots, ...list }) => {
    await db.none(
      `UPDATE list_lots SET release = $<release>, read_at = $<readAt>, lots = $<lots>
       WHERE job_id = $<jobId> AND read_at <= $<readAt>`,
      { ...list, lots: toJson(lots) },
    );
  },
  outdated: (release, limit) =>
    db.any<{ readonly jobId: string; readonly owner: UserId }>(
      `SELECT job_id AS "jobId", owner FROM list_lots
        WHERE release <> $<release> AND release <> $<expiredRelease> ORDER BY read_at DESC LIMIT $<limit>`,
      { release, limit, expiredRelease: EXPIRED_RELEASE },
    ),
  remove: async (jobId) => {
    await db.none('DELETE FROM list_lots WHERE job_id = $<jobId>', { jobId });
  },
});
