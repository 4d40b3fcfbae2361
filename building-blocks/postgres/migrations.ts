import { createHash } from 'node:crypto';
import { quoteName, type Database } from './database.ts';

/** One step of a schema's history. Once released, its text never changes: a change is another migration. */
export type Migration = { readonly id: string; readonly sql: string };

/** The text of a migration was changed after it had been applied. */
export class MigrationChanged extends Error {
  constructor(schema: string, id: string) {
    super(`Migration ${id} was applied to ${schema} with another text; add a migration instead of changing one`);
    this.name = 'MigrationChanged';
  }
}

const checksumOf = (sql: string): string => createHash('sha256').update(sql).digest('hex');

/**
 * Applies to `schema` the migrations that were not applied yet, in the order given, all or none. Several processes may
 * call it at once: they take turns. Throws `MigrationChanged`.
 */
export const migrate = (db: Database, schema: string, migrations: readonly Migration[]): Promise<void> =>
  db.withoutTimeouts.tx(async (transaction) => {
    await transaction.one(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS lock`, [
      `migrations of ${schema}`,
    ]);
    const exists = await transaction.oneOrNone('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (exists === null) await transaction.none(`CREATE SCHEMA ${quoteName(schema)}`);
    const table = `${quoteName(schema)}.applied_migration`;
    await transaction.none(
      `CREATE TABLE IF NOT EXISTS ${table}
         (id text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );

    const appliedMigrations = await transaction.any<{ id: string; checksum: string }>(
      `SELECT id, checksum FROM ${table}`,
    );
    const checksums = new Map(appliedMigrations.map(({ id, checksum }) => [id, checksum]));
    for (const { id, sql } of migrations) {
      const checksum = checksums.get(id);
      if (checksum === checksumOf(sql)) continue;
      if (checksum !== undefined) throw new MigrationChanged(schema, id);
      await transaction.none(sql);
      await transaction.none(`INSERT INTO ${table} (id, checksum) VALUES ($1, $2)`, [id, checksumOf(sql)]);
    }
  });
