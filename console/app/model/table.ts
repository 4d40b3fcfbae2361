import type { Cell } from './export.ts';

export type Column<Row> = {
  readonly key: string;
  readonly title: string;
  readonly isNumber?: boolean;
  readonly value: (row: Row) => Cell;
};

export const cellOf = <Row>({ value }: Pick<Column<Row>, 'value'>, row: Row): Cell => value(row);

/** The rows in which every word of `filter` occurs, in whichever column and case. */
export const filterRows = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  filter: string,
): readonly Row[] => {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = columns
      .map((column) => String(cellOf(column, row) ?? ''))
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
};

const compareCells = (left: Cell, right: Cell): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), 'en', { numeric: true });
};

/** `sort` is a column's key, with `-` before it for the largest first; nothing known comes last either way. */
export const sortRows = <Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string): readonly Row[] => {
  const isDescending = sort.startsWith('-');
  const column = columns.find(({ key }) => key === (isDescending ? sort.slice(1) : sort));
  if (column === undefined) return rows;
  return rows.toSorted((left, right) => {
    const [first, second] = [cellOf(column, left), cellOf(column, right)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return isDescending ? compareCells(second, first) : compareCells(first, second);
  });
};
