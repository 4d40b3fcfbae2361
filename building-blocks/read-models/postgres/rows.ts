import { quoteName, type Queries } from '@lego-moc/postgres/database';
import type { Instant } from '@lego-moc/kernel/message';
import type { SqlType } from '../projection.ts';
import { GenerationReplaced, type Change, type ReadModel, type Row, type StoredRow } from '../read-model-store.ts';
import { memberColumns, membersColumns, memberWrites, ownColumns } from './members.ts';
import { tableOf } from './names.ts';

type TableRow = Row & {
  readonly id: string;
  readonly revision: bigint;
  readonly gone: boolean;
  readonly updated_at: Instant;
};

const toStoredRow = ({ columns }: ReadModel, row: TableRow): StoredRow => ({
  id: row.id,
  revision: row.revision,
  updatedAt: row.updated_at,
  row: row.gone ? undefined : Object.fromEntries(Object.keys(columns).map((column) => [column, row[column]])),
});

const selectRows = async (
  db: Queries,
  model: ReadModel,
  generation: number,
  condition: string,
  values: object,
): Promise<readonly StoredRow[]> => {
  const columns = ['stored.*', ...memberColumns(model, generation, 'stored')].join(', ');
  const rows = await db.any<TableRow>(
    `SELECT ${columns} FROM ${tableOf(model, generation)} AS stored WHERE ${condition}`,
    values,
  );
  return rows.map((row) => toStoredRow(model, row));
};

/** The existing rows with these ids, tombstones included. */
export const loadRows = async (
  db: Queries,
  model: ReadModel,
  generation: number,
  ids: readonly string[],
): Promise<readonly StoredRow[]> =>
  ids.length === 0 ? [] : selectRows(db, model, generation, 'id = ANY ($<ids>::text[])', { ids });

const PAGE_ROWS = 500;

/** The first rows behind the id `after`, tombstones included; none when there are no more. */
export const scanRows = (
  db: Queries,
  model: ReadModel,
  generation: number,
  after: string,
): Promise<readonly StoredRow[]> =>
  selectRows(db, model, generation, `id > $<after> ORDER BY id LIMIT ${PAGE_ROWS}`, { after });

const COMMON_COLUMNS = { id: 'text', revision: 'bigint', gone: 'boolean', updated_at: 'timestamptz' } as const;

const tableColumns = (model: ReadModel): readonly (readonly [string, SqlType])[] => [
  ...Object.entries(COMMON_COLUMNS),
  ...ownColumns(model),
];

type Conditions = { readonly insert: string; readonly update: string };

const UNLESS_NEWER: Conditions = { insert: 'true', update: 'stored.revision < excluded.revision' };

/** Members are compared with those of the previous row, which must be the very row in the table. */
const ifPreviousIsThere = (model: ReadModel, generation: number): Conditions => ({
  insert: `(base IS NULL OR EXISTS (SELECT FROM ${tableOf(model, generation)} AS stored WHERE stored.id = input.id))`,
  update: 'stored.revision = (SELECT base FROM input WHERE input.id = excluded.id)',
});

/** SQL that writes the rows of `input` into a generation and returns the ids of those that were written. */
const upsert = (model: ReadModel, generation: number, { insert, update }: Conditions): string => {
  const names = tableColumns(model).map(([name]) => quoteName(name));
  const assignments = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${tableOf(model, generation)} AS stored (${names.join(', ')})
    SELECT ${names.join(', ')} FROM input WHERE ${insert}
    ON CONFLICT (id) DO UPDATE SET ${assignments.join(', ')} WHERE ${update}
    RETURNING id`;
};

const toTableRow = ({ id, revision, updatedAt, row }: StoredRow): Row => ({
  ...row,
  id,
  revision,
  gone: row === undefined,
  updated_at: updatedAt,
});

/** `bigint` goes as text, which PostgreSQL reads back exactly. */
const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));

const withoutMembers = (model: ReadModel, storedRow: StoredRow): Row => {
  const row = toTableRow(storedRow);
  return Object.fromEntries(tableColumns(model).map(([name]) => [name, row[name]]));
};

/** Writes rows into a generation without other writers, unless newer ones are there. Ids must differ. */
export const insertRows = async (
  db: Queries,
  model: ReadModel,
  generation: number,
  changes: readonly Change[],
): Promise<void> => {
  if (changes.length === 0) return;
  const columns = tableColumns(model).map(([name, type]) => `${quoteName(name)} ${type}`);
  const members = memberWrites(model, generation, changes, 1);
  const parts = [
    `input AS (SELECT * FROM json_to_recordset($1::json) AS input (${columns.join(', ')}))`,
    `written AS (${upsert(model, generation, UNLESS_NEWER)})`,
    ...members.parts,
  ];
  await db.oneBound(`WITH ${parts.join(', ')} SELECT count(*) FROM written`, [
    toJson(changes.map(({ next }) => withoutMembers(model, next))),
    ...members.values,
  ]);
};

/** JSON is sent as text, which PostgreSQL parses once; within a JSON of all rows it would parse it three times. */
const toParameter = (type: SqlType, value: unknown): unknown =>
  (type === 'json' || type === 'jsonb') && value !== null && value !== undefined ? JSON.stringify(value) : value;

/** `input` as SQL, and its values: `$1` and so on. For a few rows: a statement takes 65,535 values. */
const inputOf = (
  model: ReadModel,
  changes: readonly Change[],
): { readonly input: string; readonly values: readonly unknown[] } => {
  const columns = [...tableColumns(model), ['base', 'bigint'] as const];
  const rows = changes.map((_, row) => {
    const cells = columns.map(([, type], column) => `$${row * columns.length + column + 1}::${type}`);
    return `(${cells.join(', ')})`;
  });
  return {
    input: `input (${columns.map(([name]) => quoteName(name)).join(', ')}) AS (VALUES ${rows.join(', ')})`,
    values: changes
      .map(({ previous, next }): Row => ({ ...toTableRow(next), base: previous?.revision }))
      .flatMap((row) => columns.map(([name, type]) => toParameter(type, row[name] ?? null))),
  };
};

/** As `ReadModelStore.save`. Holds off a swap of generations meanwhile. */
export const saveRows = async (
  db: Queries,
  model: ReadModel,
  generation: number,
  changes: readonly Change[],
): Promise<ReadonlySet<string>> => {
  const hasMembers = membersColumns(model).length > 0;
  const { input, values } = inputOf(model, changes);
  const [name, expected] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const { insert, update } = hasMembers ? ifPreviousIsThere(model, generation) : UNLESS_NEWER;
  const members = memberWrites(model, generation, changes, values.length + 2);
  const parts = [
    `seen AS (SELECT generation FROM projection WHERE name = ${name} FOR KEY SHARE)`,
    input,
    `written AS (${upsert(model, generation, {
      insert: `(SELECT generation FROM seen) = ${expected} AND ${insert}`,
      update,
    })})`,
    ...members.parts,
  ];
  const result = await db.oneBound<{ generation: number; ids: readonly string[] }>(
    `WITH ${parts.join(', ')} SELECT generation, ARRAY(SELECT id FROM written) AS ids FROM seen`,
    [...values, model.name, generation, ...members.values],
  );
  if (result.generation !== generation) throw new GenerationReplaced(model.name);
  if (!hasMembers) return new Set();
  const writtenIds = new Set(result.ids);
  return new Set(changes.map(({ next }) => next.id).filter((id) => !writtenIds.has(id)));
};
