import type { Queries } from '@lego-moc/postgres/database';
import type { ErasureCheckpoint } from '../../application/restored-keys.ts';

/** In the schema of the keys, so that both come from the same backup. */
export const erasureCheckpointMigration = {
  id: 'erasure-checkpoint',
  sql: `
    CREATE TABLE erasure_checkpoint (
      is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      position numeric NOT NULL
    );`,
};

/** The checkpoint in the table of `erasureCheckpointMigration`. */
export const postgresErasureCheckpoint = (db: Pick<Queries, 'oneOrNone' | 'none'>): ErasureCheckpoint => ({
  load: async () => {
    const row = await db.oneOrNone<{ position: string }>('SELECT position::text FROM erasure_checkpoint');
    return row === null ? undefined : BigInt(row.position);
  },
  save: (position) =>
    db
      .none(
        `INSERT INTO erasure_checkpoint (position) VALUES ($1)
         ON CONFLICT (is_only) DO UPDATE SET position = excluded.position`,
        [String(position)],
      )
      .then(() => undefined),
});
