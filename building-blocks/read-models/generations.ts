import { createHash } from 'node:crypto';
import { quoted, type Database, type Queries } from '@lego-moc/postgres/database';
import type { Definition } from './definition.ts';
import { createMembersTables, gatheredMembers, ownColumns } from './members.ts';
import { revisionsOf, rowsOf, tableName, tableOf } from './names.ts';

/** A projection's table is replaced as a whole when it is rebuilt: each is a generation. */
export type Generation = { readonly generation: number; readonly shape: string; readonly builtAt: string };

/** What of a projection its table depends on. */
export type TableShape = Pick<Definition, 'name' | 'columns' | 'indexes'>;

/** What tells whether a table still has the form that the code wants. */
export const shapeOf = ({ columns, indexes }: TableShape): string =>
  createHash('sha256')
    .update(JSON.stringify([columns, indexes]))
    .digest('hex');

/** Makes an empty table for a generation; leftovers of a rebuild that broke off go. */
export const createTable = async (db: Queries, definition: TableShape, generation: number): Promise<void> => {
  await dropTable(db, definition, generation);
  const own = ownColumns(definition).map(([column, type]) => `, ${quoted(column)} ${type}`);
  await db.none(
    `CREATE TABLE ${tableOf(definition, generation)} (id text PRIMARY KEY, revision bigint NOT NULL,
       gone boolean NOT NULL, updated_at timestamptz NOT NULL${own.join('')})`,
  );
  await createMembersTables(db, definition, generation);
};

/** Drops a generation's table with the members of all its columns, those too that only another release knows. */
export const dropTable = async (db: Queries, definition: TableShape, generation: number): Promise<void> => {
  const tables = await db.any<{ table: string }>(
    `SELECT tablename AS "table" FROM pg_tables
     WHERE schemaname = current_schema() AND (tablename = $1 OR starts_with(tablename, $1 || '_'))`,
    [tableName(definition, generation)],
  );
  for (const { table } of tables) await db.none(`DROP TABLE IF EXISTS ${quoted(table)}`);
};

/** Indexes are made once the rows are there, which is much faster than keeping them up to date row by row. */
export const createIndexes = async (db: Queries, definition: TableShape, generation: number): Promise<void> => {
  for (const index of definition.indexes)
    await db.none(index.replaceAll('$table', () => tableOf(definition, generation)));
};

/** Shows a generation to the readers. In a transaction they see the old one or the new one, never neither. */
export const showGeneration = async (
  transaction: Queries,
  definition: TableShape,
  generation: number,
): Promise<void> => {
  const [view, revisions, table] = [
    rowsOf(definition.name),
    revisionsOf(definition.name),
    tableOf(definition, generation),
  ];
  const own = ['id', 'revision', 'updated_at', ...ownColumns(definition).map(([column]) => column)].map(quoted);
  const columns = [...own, ...gatheredMembers(definition, generation, 'kept')].join(', ');
  await transaction.none(`DROP VIEW IF EXISTS ${view}`);
  await transaction.none(`DROP VIEW IF EXISTS ${revisions}`);
  await transaction.none(`CREATE VIEW ${view} AS SELECT ${columns} FROM ${table} AS kept WHERE NOT gone`);
  await transaction.none(`CREATE VIEW ${revisions} AS SELECT id, revision FROM ${table}`);
  await transaction.none(
    `INSERT INTO projection (name, generation, shape, built_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (name) DO UPDATE
       SET generation = excluded.generation, shape = excluded.shape, built_at = excluded.built_at`,
    [definition.name, generation, shapeOf(definition)],
  );
};

const CURRENT = `SELECT generation, shape, built_at AS "builtAt" FROM projection WHERE name = $1`;

/** The generation that readers see; `undefined` when there is none yet. */
export const currentGeneration = async (db: Queries, name: string): Promise<Generation | undefined> =>
  (await db.oneOrNone<Generation>(CURRENT, [name])) ?? undefined;

/** The same, held against every writer until the transaction ends. */
export const heldGeneration = (transaction: Queries, name: string): Promise<Generation> =>
  transaction.one<Generation>(`${CURRENT} FOR UPDATE`, [name]);

/**
 * Makes sure that the projection can be read, before a service says that it is ready: creates its first, empty
 * generation if there is none. Following does the same when it begins.
 */
export const prepareProjection = (db: Database, definition: TableShape): Promise<Generation> =>
  db.tx(async (transaction) => {
    await transaction.one(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS lock`, [
      `prepare projections in ${db.schema}`,
    ]);
    await transaction.none(
      `CREATE TABLE IF NOT EXISTS projection
         (name text PRIMARY KEY, generation integer NOT NULL, shape text NOT NULL, built_at timestamptz NOT NULL)`,
    );
    const current = await currentGeneration(transaction, definition.name);
    if (current !== undefined) return current;
    await createTable(transaction, definition, 1);
    await createIndexes(transaction, definition, 1);
    await showGeneration(transaction, definition, 1);
    return { generation: 1, shape: shapeOf(definition), builtAt: '' };
  });
