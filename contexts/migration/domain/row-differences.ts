import { isSameTime } from './legacy-times.ts';

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** A row that the two sides do not agree on, and its columns at fault; `missing` names the side without it. */
export type RowDifference = {
  readonly id: string;
  readonly columns: readonly string[];
  readonly missing?: 'legacy' | 'platform';
};

const isTime = (column: string): boolean => column.endsWith('_at');

const isSameValue = (column: string, first: unknown, other: unknown): boolean =>
  isTime(column) && typeof first === 'string' && typeof other === 'string' ? isSameTime(first, other) : first === other;

/** The columns of `expected` that `row` has otherwise. Columns that the platform does not know do not count. */
export const columnsAtFault = (expected: Row, row: Row): readonly string[] =>
  Object.keys(expected).filter((column) => !isSameValue(column, expected[column], row[column]));

const byId = (rows: readonly Row[]): ReadonlyMap<string, Row> => new Map(rows.map((row) => [row.id, row]));

/** Where the rows of the monolith are not those that the platform means. */
export const differencesBetween = (
  legacyRows: readonly Row[],
  platformRows: readonly Row[],
): readonly RowDifference[] => {
  const atLegacy = byId(legacyRows);
  const onPlatform = byId(platformRows);
  const ids = new Set([...atLegacy.keys(), ...onPlatform.keys()]);
  return [...ids].flatMap((id): readonly RowDifference[] => {
    const [row, expected] = [atLegacy.get(id), onPlatform.get(id)];
    if (row === undefined) return [{ id, columns: [], missing: 'legacy' }];
    if (expected === undefined) return [{ id, columns: [], missing: 'platform' }];
    const columns = columnsAtFault(expected, row);
    return columns.length === 0 ? [] : [{ id, columns }];
  });
};

/** What to write at the monolith so that it has what the platform means; rows that agree already are left alone. */
export const changesToWrite = <LegacyRow extends Row>(
  legacyRows: readonly LegacyRow[],
  platformRows: readonly LegacyRow[],
  deletedIds: readonly string[],
): { readonly upserts: readonly LegacyRow[]; readonly deletions: readonly string[] } => {
  const atLegacy = new Map(legacyRows.map((row) => [row.id, row]));
  const upserts = platformRows.flatMap((expected) => {
    const row = atLegacy.get(expected.id);
    if (row === undefined) return [expected];
    if (columnsAtFault(expected, row).length === 0) return [];
    // A time that means the same stays to the microsecond.
    const times = Object.keys(expected).filter(
      (column) => isTime(column) && isSameValue(column, expected[column], row[column]),
    );
    return [{ ...expected, ...Object.fromEntries(times.map((column) => [column, row[column]])) }];
  });
  return { upserts, deletions: deletedIds.filter((id) => atLegacy.has(id)) };
};
