import { quoteName, type Database, type Queries } from '@lego-moc/postgres/database';
import type { Generation, ReadModel } from '../read-model-store.ts';
import { shapeOf } from '../shape.ts';
import { addMissingColumns } from './add-columns.ts';
import { createMembersTables, memberColumns, ownColumns } from './members.ts';
import { revisionsOf, rowsOf, tableName, tableOf } from './names.ts';

/** Creates an empty table for a generation; the remains of an interrupted rebuild are dropped. */
export const createTable = async (db: Queries, model: ReadModel, generation: number): Promise<void> => {
  await dropTable(db, model, generation);
  const own = ownColumns(model).map(([column, type]) => `, ${quoteName(column)} ${type}`);
  await db.none(
    `CREATE TABLE ${tableOf(model, generation)} (id text PRIMARY KEY, revision bigint NOT NULL,
       gone boolean NOT NULL, updated_at timestamptz NOT NULL${own.join('')})`,
  );
  await createMembersTables(db, model, generation);
};

/** Drops a generation's table with its tables of members, also of columns that only another release knows. */
export const dropTable = async (db: Queries, model: ReadModel, generation: number): Promise<void> => {
  const tables = await db.any<{ table: string }>(
    `SELECT tablename AS "table" FROM pg_tables
     WHERE schemaname = current_schema() AND (tablename = $1 OR starts_with(tablename, $1 || '_'))`,
    [tableName(model, generation)],
  );
  for (const { table } of tables) await db.none(`DROP TABLE IF EXISTS ${quoteName(table)}`);
};

/** Indexes are made once the rows are there, which is much faster than keeping them up to date row by row. */
export const createIndexes = async (db: Queries, model: ReadModel, generation: number): Promise<void> => {
  for (const index of model.indexes) await db.none(index.replaceAll('$table', () => tableOf(model, generation)));
};

/** Points the views at a generation. In a transaction readers see the old one or the new one, never neither. */
export const publishGeneration = async (
  transaction: Queries,
  model: ReadModel,
  generation: number,
): Promise<Generation> => {
  const [view, revisions, table] = [rowsOf(model.name), revisionsOf(model.name), tableOf(model, generation)];
  const own = ['id', 'revision', 'updated_at', ...ownColumns(model).map(([column]) => column)].map(quoteName);
  const columns = [...own, ...memberColumns(model, generation, 'stored')].join(', ');
  await transaction.none(`DROP VIEW IF EXISTS ${view}`);
  await transaction.none(`DROP VIEW IF EXISTS ${revisions}`);
  await transaction.none(`CREATE VIEW ${view} AS SELECT ${columns} FROM ${table} AS stored WHERE NOT gone`);
  await transaction.none(`CREATE VIEW ${revisions} AS SELECT id, revision FROM ${table}`);
  return transaction.one<Generation>(
    `INSERT INTO projection (name, generation, shape, built_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (name) DO UPDATE
       SET generation = excluded.generation, shape = excluded.shape, built_at = excluded.built_at
     RETURNING generation, shape, built_at AS "builtAt"`,
    [model.name, generation, shapeOf(model)],
  );
};

const CURRENT = `SELECT generation, shape, built_at AS "builtAt" FROM projection WHERE name = $1`;

/** The generation that readers see; `undefined` when there is none yet. */
export const currentGeneration = async (db: Queries, name: string): Promise<Generation | undefined> =>
  (await db.oneOrNone<Generation>(CURRENT, [name])) ?? undefined;

/** The same, locked against every writer until the transaction ends. */
export const lockGeneration = (transaction: Queries, name: string): Promise<Generation> =>
  transaction.one<Generation>(`${CURRENT} FOR UPDATE`, [name]);

/** As `ReadModelStore.prepare`. */
export const prepareGeneration = (db: Database, model: ReadModel): Promise<Generation> =>
  db.tx(async (transaction) => {
    await transaction.one(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS lock`, [
      `prepare projections in ${db.schema}`,
    ]);
    await transaction.none(
      `CREATE TABLE IF NOT EXISTS projection
         (name text PRIMARY KEY, generation integer NOT NULL, shape text NOT NULL, built_at timestamptz NOT NULL)`,
    );
    const current = await currentGeneration(transaction, model.name);
    if (current !== undefined) {
      if (current.shape !== shapeOf(model)) await addMissingColumns(transaction, model, current.generation);
      return current;
    }
    await createTable(transaction, model, 1);
    await createIndexes(transaction, model, 1);
    return publishGeneration(transaction, model, 1);
  });
