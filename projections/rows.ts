import { quoted, type Queries } from '@lego-moc/postgres/database';
import type { Instant } from '@lego-moc/kernel/message';
import type { AnyRow, Definition, Kept } from './definition.ts';
import { tableOf } from './generations.ts';

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

/** `bigint` goes as text, which PostgreSQL reads back exactly. */
const asJson = (kept: readonly Kept[]): string =>
  JSON.stringify(
    kept.map(({ id, revision, updatedAt, row }) => ({
      ...row,
      id,
      revision,
      gone: row === undefined,
      updated_at: updatedAt,
    })),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );

const insertion = (definition: Definition, generation: number, condition: string): string => {
  const names = ['id', 'revision', 'gone', 'updated_at', ...Object.keys(definition.columns)].map(quoted);
  const types = Object.entries(definition.columns).map(([column, type]) => `, ${quoted(column)} ${type}`);
  return `INSERT INTO ${tableOf(definition, generation)} AS kept (${names.join(', ')})
    SELECT ${names.join(', ')}
    FROM json_to_recordset($<rows>::json)
      AS given (id text, revision bigint, gone boolean, updated_at timestamptz${types.join('')})
    WHERE ${condition}
    ON CONFLICT (id) DO UPDATE
      SET ${names
        .slice(1)
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}
      WHERE kept.revision < excluded.revision`;
};

/** Writes rows into a generation that nobody else writes to, unless it knows newer ones. Ids must differ. */
export const fillRows = async (
  db: Queries,
  definition: Definition,
  generation: number,
  kept: readonly Kept[],
): Promise<void> => {
  if (kept.length > 0) await db.none(insertion(definition, generation, 'true'), { rows: asJson(kept) });
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
  const { generation: seen } = await db.one<{ generation: number }>(
    `WITH standing AS (SELECT generation FROM projection WHERE name = $<name> FOR KEY SHARE),
       written AS (${insertion(definition, generation, '(SELECT generation FROM standing) = $<generation>')})
     SELECT generation FROM standing`,
    { name: definition.name, generation, rows: asJson(kept) },
  );
  return seen;
};
