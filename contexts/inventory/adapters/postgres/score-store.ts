import type { UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { Score, ScoreStore } from '../../application/ports/score-store.ts';
import type { Tolerance } from '../../domain/buildability/tolerance.ts';

export const scoreStoreMigration: Migration = {
  id: 'buildability-scores',
  sql: `
    CREATE TABLE buildability_score (
      owner       text NOT NULL,
      tolerance   text NOT NULL,
      moc_id      text NOT NULL,
      fingerprint text NOT NULL,
      progress    json NOT NULL,
      scored_on   date NOT NULL DEFAULT current_date,
      PRIMARY KEY (owner, tolerance, moc_id)
    );
    CREATE INDEX ON buildability_score (scored_on);`,
};

const nameOf = ({ relations, colour }: Tolerance): string => [...relations.toSorted(), colour].join();

/** Removes the scores of an owner. */
export const deleteScores =
  (db: Pick<Database, 'none'>) =>
  async (owner: UserId): Promise<void> => {
    await db.none('DELETE FROM buildability_score WHERE owner = $<owner>', { owner });
  };

/** Removes scores that were worked out so many days ago. */
export const expireScores =
  (db: Pick<Database, 'none'>) =>
  async (days: number): Promise<void> => {
    await db.none('DELETE FROM buildability_score WHERE scored_on < current_date - $<days>::int', { days });
  };

/** Stores scores in PostgreSQL. */
export const scoreStoreIn = (db: Pick<Database, 'any' | 'none'>): ScoreStore => ({
  of: async (owner, tolerance, mocIds) => {
    const rows = await db.any<Score & { readonly mocId: string }>(
      `SELECT moc_id AS "mocId", fingerprint, progress FROM buildability_score
       WHERE owner = $<owner> AND tolerance = $<tolerance> AND moc_id = ANY ($<mocIds>)`,
      { owner, tolerance: nameOf(tolerance), mocIds },
    );
    return new Map(rows.map(({ mocId, ...score }) => [mocId, score]));
  },
  put: async (owner, tolerance, scores) => {
    // In one order, so that two answers at once do not wait for each other's rows.
    const mocIds = [...scores.keys()].sort();
    const rows = mocIds.map((mocId) => ({ mocId, ...scores.get(mocId) }));
    await db.none(
      `INSERT INTO buildability_score (owner, tolerance, moc_id, fingerprint, progress)
       SELECT $<owner>, $<tolerance>, score."mocId", score.fingerprint, score.progress
       FROM json_to_recordset($<rows>) AS score ("mocId" text, fingerprint text, progress json)
       ON CONFLICT (owner, tolerance, moc_id) DO UPDATE
         SET fingerprint = excluded.fingerprint, progress = excluded.progress, scored_on = excluded.scored_on`,
      { owner, tolerance: nameOf(tolerance), rows: JSON.stringify(rows) },
    );
  },
});
