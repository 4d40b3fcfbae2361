import { quoted, type Queries } from '@lego-moc/postgres/database';
import type { Instant } from '@lego-moc/kernel/message';
import type { AnyRow, Change, Definition, Kept } from './definition.ts';
import { gatheredMembers, membersColumns, ownColumns, writingMembers } from './members.ts';
import { tableOf } from './names.ts';
import type { SqlType } from './projection.ts';

type StoredRow = AnyRow & {
  readonly id: string;
  readonly revision: bigint;
  readonly gone: boolean;
  readonly updated_at: Instant;
};

const keptFrom = ({ columns }: Definition, stored: StoredRow): Kept => ({
  id: stored.id,
  revision: stored.revision,
  updatedAt: stored.updated_at,
  row: stored.gone ? undefined : Object.fromEntries(Object.keys(columns).map((column) => [column, stored[column]])),
});

/** The rows with these ids, as far as they are known, the gone ones too. */
export const keptRows = async (
  db: Queries,
  definition: Definition,
  generation: number,
  ids: readonly string[],
): Promise<readonly Kept[]> => {
  if (ids.length === 0) return [];
  const columns = ['kept.*', ...gatheredMembers(definition, generation, 'kept')].join(', ');
  const stored = await db.any<StoredRow>(
    `SELECT ${columns} FROM ${tableOf(definition, generation)} AS kept WHERE id = ANY ($<ids>::text[])`,
    { ids },
  );
  return stored.map((row) => keptFrom(definition, row));
};

const EVERY_ROW = { id: 'text', revision: 'bigint', gone: 'boolean', updated_at: 'timestamptz' } as const;

const columnsOf = (definition: Definition): readonly (readonly [string, SqlType])[] => [
  ...Object.entries(EVERY_ROW),
  ...ownColumns(definition),
];

type Conditions = { readonly taken: string; readonly replacing: string };

const UNLESS_NEWER: Conditions = { taken: 'true', replacing: 'kept.revision < excluded.revision' };

/** Members are compared with those of the row that is replaced: it must be the very one that we knew. */
const instead = (definition: Definition, generation: number): Conditions => ({
  taken: `(base IS NULL OR EXISTS (SELECT FROM ${tableOf(definition, generation)} AS kept WHERE kept.id = given.id))`,
  replacing: 'kept.revision = (SELECT base FROM given WHERE given.id = excluded.id)',
});

/** Puts rows that `given` gives into a generation, and tells the ids of those that were taken. */
const insertion = (definition: Definition, generation: number, { taken, replacing }: Conditions): string => {
  const names = columnsOf(definition).map(([name]) => quoted(name));
  const values = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${tableOf(definition, generation)} AS kept (${names.join(', ')})
    SELECT ${names.join(', ')} FROM given WHERE ${taken}
    ON CONFLICT (id) DO UPDATE SET ${values.join(', ')} WHERE ${replacing}
    RETURNING id`;
};

const wholeRow = ({ id, revision, updatedAt, row }: Kept): AnyRow => ({
  ...row,
  id,
  revision,
  gone: row === undefined,
  updated_at: updatedAt,
});

/** `bigint` goes as text, which PostgreSQL reads back exactly. */
const asJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));

/** The columns of a row that lie in it. */
const ownRow = (definition: Definition, kept: Kept): AnyRow => {
  const row = wholeRow(kept);
  return Object.fromEntries(columnsOf(definition).map(([name]) => [name, row[name]]));
};

/** Writes rows into a generation that nobody else writes to, unless it knows newer ones. Ids must differ. */
export const fillRows = async (
  db: Queries,
  definition: Definition,
  generation: number,
  changes: readonly Change[],
): Promise<void> => {
  if (changes.length === 0) return;
  const columns = columnsOf(definition).map(([name, type]) => `${quoted(name)} ${type}`);
  const members = writingMembers(definition, generation, changes, 1);
  const parts = [
    `given AS (SELECT * FROM json_to_recordset($1::json) AS given (${columns.join(', ')}))`,
    `written AS (${insertion(definition, generation, UNLESS_NEWER)})`,
    ...members.parts,
  ];
  await db.oneBound(`WITH ${parts.join(', ')} SELECT count(*) FROM written`, [
    asJson(changes.map(({ kept }) => ownRow(definition, kept))),
    ...members.values,
  ]);
};

/** JSON goes as text, which PostgreSQL reads once; within a JSON of all rows it would read it three times. */
const valueOf = (type: SqlType, value: unknown): unknown =>
  (type === 'json' || type === 'jsonb') && value !== null && value !== undefined ? JSON.stringify(value) : value;

/** Rows as SQL, and its values: `$1` and so on. For a few: a statement takes 65,535 values. */
const givenValues = (
  definition: Definition,
  changes: readonly Change[],
): { readonly given: string; readonly values: readonly unknown[] } => {
  const columns = [...columnsOf(definition), ['base', 'bigint'] as const];
  const rows = changes.map((_, row) => {
    const cells = columns.map(([, type], column) => `$${row * columns.length + column + 1}::${type}`);
    return `(${cells.join(', ')})`;
  });
  return {
    given: `given (${columns.map(([name]) => quoted(name)).join(', ')}) AS (VALUES ${rows.join(', ')})`,
    values: changes
      .map(({ was, kept }): AnyRow => ({ ...wholeRow(kept), base: was?.revision }))
      .flatMap((row) => columns.map(([name, type]) => valueOf(type, row[name] ?? null))),
  };
};

export type Written = {
  /** The generation that readers see: when it is another one, nothing was written. */
  readonly generation: number;
  /** Ids of rows that were not written, since others than those that were known lay in their places. */
  readonly moved: ReadonlySet<string>;
};

/**
 * Writes rows, each unless a newer one is there, if `generation` is still the one that readers see; holds off a swap of
 * generations meanwhile. A row with members is written only over the very row that it came of.
 */
export const writeRows = async (
  db: Queries,
  definition: Definition,
  generation: number,
  changes: readonly Change[],
): Promise<Written> => {
  const hasMembers = membersColumns(definition).length > 0;
  const { given, values } = givenValues(definition, changes);
  const [name, expected] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const { taken, replacing } = hasMembers ? instead(definition, generation) : UNLESS_NEWER;
  const members = writingMembers(definition, generation, changes, values.length + 2);
  const parts = [
    `standing AS (SELECT generation FROM projection WHERE name = ${name} FOR KEY SHARE)`,
    given,
    `written AS (${insertion(definition, generation, {
      taken: `(SELECT generation FROM standing) = ${expected} AND ${taken}`,
      replacing,
    })})`,
    ...members.parts,
  ];
  const { generation: seen, ids } = await db.oneBound<{ generation: number; ids: readonly string[] }>(
    `WITH ${parts.join(', ')} SELECT generation, ARRAY(SELECT id FROM written) AS ids FROM standing`,
    [...values, definition.name, generation, ...members.values],
  );
  const written = new Set(ids);
  const left = changes.map(({ kept: { id } }) => id).filter((id) => !written.has(id));
  return { generation: seen, moved: new Set(hasMembers ? left : []) };
};
