import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, quoteName, type Database, type Queries } from '@lego-moc/postgres/database';
import type { LegacyDatabase, LegacyRow, LegacyTable } from '../../application/ports/legacy-database.ts';
import { outboxOf } from './outbox.ts';

const sqlOf = (name: string): Promise<string> => readFile(join(import.meta.dirname, name), 'utf8');

const installTriggers = async (db: Queries, capability: string, { name, ownedBy }: LegacyTable): Promise<void> => {
  const table = quoteName(name);
  await db.none(`
    CREATE OR REPLACE TRIGGER strangler_guard BEFORE INSERT OR UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION strangler.guard('${capability}', '${ownedBy}');
    CREATE OR REPLACE TRIGGER strangler_capture AFTER INSERT OR UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION strangler.capture();`);
};

const installation = (db: Database): Pick<LegacyDatabase, 'install' | 'uninstall'> => ({
  install: async (capability, tables) => {
    const sql = await sqlOf('install.sql');
    await db.withoutTimeouts.tx(async (transaction) => {
      await transaction.none(sql);
      await transaction.none(
        'INSERT INTO strangler.authority (capability, epoch, percent) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING',
        [capability],
      );
      for (const table of tables) await installTriggers(transaction, capability, table);
    });
  },
  uninstall: async () => {
    await db.withoutTimeouts.none(await sqlOf('uninstall.sql'));
  },
});

type RowReaders = Pick<LegacyDatabase, 'readRows' | 'countRows' | 'readRowsOf' | 'readOwners' | 'ownersAmong'>;

const rowReaders = (db: Database): RowReaders => ({
  readRows: async (table, after, limit) => {
    const rows = await db.any<{ row: LegacyRow }>(
      `SELECT to_jsonb(t) AS row FROM ${quoteName(table)} t
       WHERE $1::uuid IS NULL OR id > $1::uuid ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
    return rows.map(({ row }) => row);
  },
  readRowsOf: async (table, owner) => {
    const sql = `SELECT to_jsonb(t) AS row FROM ${quoteName(table)} t WHERE user_id = $1 ORDER BY id`;
    return (await db.any<{ row: LegacyRow }>(sql, [owner])).map(({ row }) => row);
  },
  readOwners: async (table, after, limit) => {
    const rows = await db.any<{ owner: string }>(
      `SELECT DISTINCT user_id AS owner FROM ${quoteName(table)}
       WHERE $1::text IS NULL OR user_id > $1 ORDER BY user_id LIMIT $2`,
      [after ?? null, limit],
    );
    return rows.map(({ owner }) => owner);
  },
  ownersAmong: async (table, owners) => {
    const rows = await db.any<{ owner: string }>(
      `SELECT DISTINCT user_id AS owner FROM ${quoteName(table)} WHERE user_id = ANY($1::text[])`,
      [owners],
    );
    return rows.map(({ owner }) => owner);
  },
  countRows: async (table) =>
    (await db.withoutTimeouts.one<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${quoteName(table)}`)).rows,
});

const upsert = async (db: Queries, table: string, rows: readonly LegacyRow[]): Promise<void> => {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).map(quoteName);
  const changes = columns
    .filter((column) => column !== quoteName('id'))
    .map((column) => `${column} = excluded.${column}`);
  await db.none(
    `INSERT INTO ${quoteName(table)} (${columns.join(', ')})
     SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${quoteName(table)}, $1::jsonb)
     ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')}`,
    [JSON.stringify(rows)],
  );
};

const authorityWriter =
  (db: Database): LegacyDatabase['setAuthority'] =>
  (capability, { epoch, percent, allow, deny, nextPercent }) =>
    db.tx(async (transaction) => {
      await transaction.any('SELECT pg_advisory_xact_lock(strangler.lock_of($1))', [capability]);
      await transaction.none(
        `UPDATE strangler.authority
         SET epoch = $2, percent = $3, allow_users = $4::text[], deny_users = $5::text[], next_percent = $6
         WHERE capability = $1 AND epoch <= $2`,
        [capability, epoch, percent, allow, deny, nextPercent],
      );
    });

/** The monolith's PostgreSQL. Tables and names of columns come from our own code and from its catalogue. */
export const postgresLegacyDatabase = (url: string, schema = 'public'): LegacyDatabase => {
  const db = openDatabase(url, { schema, poolMax: 5 });
  return {
    ...installation(db),
    ...outboxOf(db),
    ...rowReaders(db),
    setAuthority: authorityWriter(db),
    applyChanges: (table, { upserts, deletions }) =>
      db.tx(async (transaction) => {
        await transaction.any(`SELECT set_config('strangler.origin', 'platform', true)`);
        if (deletions.length > 0)
          await transaction.none(`DELETE FROM ${quoteName(table)} WHERE id = ANY($1::uuid[])`, [deletions]);
        await upsert(transaction, table, upserts);
      }),
    captureRows: (table, ids, missing) =>
      db.tx(async (transaction) => {
        await transaction.none(`UPDATE ${quoteName(table)} SET id = id WHERE id = ANY($1::uuid[])`, [ids]);
        await transaction.none(
          `INSERT INTO strangler.outbox (table_name, row_id, operation, row_data)
           SELECT $1, (row_data ->> 'id')::uuid, 'delete', row_data FROM jsonb_array_elements($2::jsonb) AS row_data`,
          [table, JSON.stringify(missing)],
        );
      }),
    close: () => db.close(),
  };
};
