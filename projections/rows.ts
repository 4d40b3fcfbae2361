import { quoted, type Queries } from '@lego-moc/postgres/database';
import type { Instant } from '@lego-moc/kernel/message';
import type { AnyRow, Definition, Kept } from './definition.ts';
import { tableOf } from './generations.ts';
import type { ColumnType } from './projection.ts';

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
  const stored = await db.any<StoredRow>(
    `SELECT * FROM ${tableOf(definition, generation)} WHERE id = ANY ($<ids>::text[])`,
    { ids },
  );
  return stored.map((row) => keptFrom(definition, row));
};

const OWN_COLUMNS = { id: 'text', revision: 'bigint', gone: 'boolean', updated_at: 'timestamptz' } as const;

const columnsOf = ({ columns }: Definition): readonly (readonly [string, ColumnType])[] =>
  Object.entries({ ...OWN_COLUMNS, ...columns });

/** Puts rows that `given` gives into a generation, each unless it knows a newer one. */
const insertion = (definition: Definition, generation: number, given: string, condition: string): string => {
  const names = columnsOf(definition).map(([name]) => quoted(name));
  return `INSERT INTO ${tableOf(definition, generation)} AS kept (${names.join(', ')})
    SELECT ${names.join(', ')} FROM ${given} WHERE ${condition}
    ON CONFLICT (id) DO UPDATE
      SET ${names
        .slice(1)
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}
      WHERE kept.revision < excluded.revision`;
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

/** Writes rows into a generation that nobody else writes to, unless it knows newer ones. Ids must differ. */
export const fillRows = async (
  db: Queries,
  definition: Definition,
  generation: number,
  kept: readonly Kept[],
): Promise<void> => {
  if (kept.length === 0) return;
  const columns = columnsOf(definition).map(([name, type]) => `${quoted(name)} ${type}`);
  const given = `json_to_recordset($<rows>::json) AS given (${columns.join(', ')})`;
  await db.none(insertion(definition, generation, given, 'true'), { rows: asJson(kept.map(wholeRow)) });
};

/** JSON goes as text, which PostgreSQL reads once; within a JSON of all rows it would read it three times. */
const valueOf = (type: ColumnType, value: unknown): unknown =>
  (type === 'json' || type === 'jsonb') && value !== null && value !== undefined ? JSON.stringify(value) : value;

/** Rows as SQL, and its values: `$1` and so on. For a few: a statement takes 65,535 values. */
const givenValues = (
  definition: Definition,
  kept: readonly Kept[],
): { readonly given: string; readonly values: readonly unknown[] } => {
  const columns = columnsOf(definition);
  const rows = kept.map((_, row) => {
    const cells = columns.map(([, type], column) => `$${row * columns.length + column + 1}::${type}`);
    return `(${cells.join(', ')})`;
  });
  return {
    given: `(VALUES ${rows.join(', ')}) AS given (${columns.map(([name]) => quoted(name)).join(', ')})`,
    values: kept.map(wholeRow).flatMap((row) => columns.map(([name, type]) => valueOf(type, row[name] ?? null))),
  };
};

/**
 * Writes rows, each unless a newer one is there, if `generation` is still the one that readers see; holds off a swap of
 * generations meanwhile. Returns the generation that readers see: when it is another one, nothing was written.
 */
export const writeRows = async (
  db: Queries,
  definition: Definition,
  generation: number,
  kept: readonly Kept[],
): Promise<number> => {
  const { given, values } = givenValues(definition, kept);
  const [name, expected] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const { generation: seen } = await db.oneBound<{ generation: number }>(
    `WITH standing AS (SELECT generation FROM projection WHERE name = ${name} FOR KEY SHARE),
       written AS (${insertion(definition, generation, given, `(SELECT generation FROM standing) = ${expected}`)})
     SELECT generation FROM standing`,
    [...values, definition.name, generation],
  );
  return seen;
};
