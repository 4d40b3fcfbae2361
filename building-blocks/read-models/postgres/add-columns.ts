import { quoteName, type Queries } from '@lego-moc/postgres/database';
import type { SqlType } from '../projection.ts';
import type { ReadModel } from '../read-model-store.ts';
import { createMembersTables, memberColumns, membersColumns, ownColumns } from './members.ts';
import { rowsOf, tableName, tableOf, viewName } from './names.ts';

/** What a reader takes for no value, by type; `null` for the others. */
const NEUTRAL: Partial<Readonly<Record<SqlType, string>>> = {
  ...{ text: `''`, 'text[]': `'{}'`, 'integer[]': `'{}'`, boolean: 'false' },
  ...{ integer: '0', bigint: '0', numeric: '0', 'double precision': '0' },
};

/** The columns of a table or view, in their order. */
const columnsIn = async (db: Queries, relation: string): Promise<readonly string[]> => {
  const rows = await db.any<{ column: string }>(
    `SELECT column_name AS "column" FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`,
    [relation],
  );
  return rows.map(({ column }) => column);
};

/**
 * Gives the rows of another release the columns that this one reads as well, with the neutral value of their type, so that
 * they can be read until they are rebuilt. Columns that are there stay, so that the other release reads and writes on.
 */
export const addMissingColumns = async (transaction: Queries, model: ReadModel, generation: number): Promise<void> => {
  const knownColumns = await columnsIn(transaction, viewName(model.name));
  const isMissing = (column: string): boolean => !knownColumns.includes(column);
  const missingColumns = Object.keys(model.columns).filter(isMissing);
  if (missingColumns.length === 0) return;

  const table = tableOf(model, generation);
  for (const [column, type] of ownColumns(model).filter(([name]) => isMissing(name)))
    await transaction.none(
      `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${quoteName(column)} ${type} DEFAULT ${NEUTRAL[type] ?? 'NULL'}`,
    );
  const missingMembers = membersColumns(model).filter(({ column }) => isMissing(column));
  const onlyMembers = (columns: readonly string[]) => ({
    name: model.name,
    columns: Object.fromEntries(columns.map((column) => [column, { membersBy: '' }])),
  });
  await createMembersTables(transaction, onlyMembers(missingMembers.map(({ column }) => column)), generation);

  const ownInTable = new Set(await columnsIn(transaction, tableName(model, generation)));
  const columns = [...knownColumns, ...missingColumns].flatMap((column) =>
    ownInTable.has(column) ? [quoteName(column)] : memberColumns(onlyMembers([column]), generation, 'stored'),
  );
  await transaction.none(
    `CREATE OR REPLACE VIEW ${rowsOf(model.name)} AS SELECT ${columns.join(', ')} FROM ${table} AS stored WHERE NOT gone`,
  );
};
