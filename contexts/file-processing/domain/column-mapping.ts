import type { Columns } from './table-columns.ts';
import { derivedId } from '@lego-moc/kernel/ids';
import { normaliseColumnName } from './column-names.ts';

/** What the columns of a table mean, as its owner says; columns count from 0. One of `part` and `element` is there. */
export type ColumnMapping = {
  /** Whether the first row has the names of the columns. */
  readonly hasHeader: boolean;
  readonly part?: number | undefined;
  /** LEGO's number of a part in a colour. */
  readonly element?: number | undefined;
  /** The id or the name of the colour; without it any colour will do. */
  readonly colour?: number | undefined;
  /** The name of the colour beside its id, which tells whose ids they are. */
  readonly colourName?: number | undefined;
  /** Without it every row is one piece. */
  readonly quantity?: number | undefined;
  readonly spare?: number | undefined;
};

/** The fields of a mapping that name a column. */
export const COLUMN_FIELDS = ['part', 'element', 'colour', 'colourName', 'quantity', 'spare'] as const;
export type ColumnField = (typeof COLUMN_FIELDS)[number];

/** The beginning of a table whose columns are not known by name, row by row as it is written. */
export type TableSample = readonly (readonly string[])[];

export const SAMPLE_ROWS_MAX = 20;
export const SAMPLE_COLUMNS_MAX = 40;
const CELL_LENGTH_MAX = 80;

/** A row of a sample, shortened to what a person needs to recognise its columns. */
export const sampleRow = (cells: readonly string[]): readonly string[] =>
  cells.slice(0, SAMPLE_COLUMNS_MAX).map((cell) => cell.slice(0, CELL_LENGTH_MAX));

const NUMBER = /^[+-]?[\d.,' ]+$/;

/** Names are words: a first row with a number in it is a row like the others. */
export const hasHeader = ([first = []]: TableSample): boolean =>
  first.some((cell) => /\p{L}/u.test(cell)) && !first.some((cell) => NUMBER.test(cell));

/** How many columns the widest row has. */
export const columnCount = (sample: TableSample): number => Math.max(0, ...sample.map((row) => row.length));

/**
 * The kind of table that a decision is remembered for: the names of its columns in their order. Tables without names
 * are of one kind when they have equally many columns.
 */
export const tableKind = (firstRow: readonly string[]): string =>
  hasHeader([firstRow])
    ? derivedId('table with header', ...firstRow.map(normaliseColumnName))
    : derivedId('table without header', String(firstRow.length));

/** Whether two mappings mean the same columns. */
export const isSameMapping = (some: ColumnMapping | undefined, other: ColumnMapping | undefined): boolean =>
  some?.hasHeader === other?.hasHeader && COLUMN_FIELDS.every((field) => some?.[field] === other?.[field]);

/** Whether every column that the mapping names is one of the first `count`. */
export const fitsTable = (mapping: ColumnMapping, count: number): boolean =>
  COLUMN_FIELDS.every((field) => (mapping[field] ?? 0) < count);

/** The columns that the mapping means, in a table of `count` columns. */
export const mappedColumns = (mapping: ColumnMapping, count: number): Columns => {
  const { part, element, colour, colourName, quantity, spare } = mapping;
  const isElement = part === undefined;
  return {
    ...{ part: part ?? element ?? 0, isElement, quantity, spare, count, format: 'custom-csv' },
    colour: isElement ? undefined : (colour ?? colourName),
    colourName: isElement || colour === undefined ? undefined : colourName,
    scheme: isElement ? 'lego' : undefined,
  };
};
