import { COLUMN_NAMES, indexOfFirst, normaliseColumnName } from './column-names.ts';
import { itemListColumns } from './item-lists.ts';
import type { Columns } from './table-columns.ts';

/** Two columns of one name: the file does not tell which of them is meant. */
export type RepeatedColumn = { readonly repeatedName: string };

/** The names of Rebrickable's own exports and dumps; other programs name their columns otherwise. */
const REBRICKABLE_NAMES = new Set(['part', 'partnum', 'color', 'colorid', 'quantity', 'num']);

type Origin = Pick<Columns, 'format' | 'scheme'>;

const originOf = (header: readonly string[], usedIndexes: readonly number[], isElement: boolean): Origin => {
  const format = 'rebrickable-csv';
  if (isElement) return { format: header.includes('setnumber') ? 'brickset-csv' : 'pick-a-brick-csv', scheme: 'lego' };
  if (header.includes('blitemno')) return { format: 'studio-csv', scheme: 'bricklink' };
  if (header.includes('blcolorid')) return { format, scheme: 'bricklink' };
  const isRebrickable = usedIndexes.every((index) => REBRICKABLE_NAMES.has(header[index] ?? ''));
  return { format, scheme: isRebrickable ? 'rebrickable' : undefined };
};

/** Brickset's older inventories of sets call the element a part. */
const elementNames = (header: readonly string[]): readonly string[] =>
  header.includes('setnumber') ? [...COLUMN_NAMES.element, 'partid'] : COLUMN_NAMES.element;

type PartColumns = Pick<Columns, 'isElement' | 'colour' | 'colourName'> & { readonly part: number | undefined };

/** The columns of a list of parts, or of elements; the two colour columns may be one. */
const partColumns = (header: readonly string[]): PartColumns => {
  const colour = indexOfFirst(header, COLUMN_NAMES.colour);
  const colourName = indexOfFirst(header, COLUMN_NAMES.colourName);
  const part = colour === undefined && colourName === undefined ? undefined : indexOfFirst(header, COLUMN_NAMES.part);
  if (part === undefined)
    return { part: indexOfFirst(header, elementNames(header)), isElement: true, colour: undefined, colourName };
  return { part, isElement: false, colour, colourName: colourName === colour ? undefined : colourName };
};

const repeatedAmong = (header: readonly string[], usedIndexes: readonly (number | undefined)[]): number | undefined =>
  usedIndexes.find((index) => index !== undefined && header.indexOf(header[index] ?? '', index + 1) !== -1);

/** The columns by name; `undefined` unless there is one for the part, the colour (or the element) and the quantity. */
export const columnsOf = (names: readonly string[]): Columns | RepeatedColumn | undefined => {
  const header = names.map(normaliseColumnName);
  const items = itemListColumns(header);
  if (items !== undefined) return items;
  const { part, ...others } = partColumns(header);
  const quantity = indexOfFirst(header, COLUMN_NAMES.quantity);
  if (part === undefined || quantity === undefined) return undefined;
  const usedIndexes = [part, quantity, ...(others.colour === undefined ? [] : [others.colour])];
  const spare = indexOfFirst(header, COLUMN_NAMES.spare);
  const repeatedIndex = repeatedAmong(header, [...usedIndexes, spare]);
  if (repeatedIndex !== undefined) return { repeatedName: names[repeatedIndex] ?? '' };
  return { ...others, part, quantity, spare, count: header.length, ...originOf(header, usedIndexes, others.isElement) };
};

const TRUE = new Set(['true', 't', '1', 'yes', 'y']);

/** Dumps of different years write booleans differently. */
export const isTrue = (text: string | undefined): boolean => TRUE.has((text ?? '').trim().toLowerCase());

const TOTAL = /^(?:grand |sub)?(?:totals?|sum|gesamt|summe|totaal|totale)\b/i;

/** Whether a row is the total under a list: it says so, or it has only a quantity that is the sum of those above. */
export const isTotalRow = (row: readonly string[], { part, colour, quantity }: Columns, sum: number): boolean => {
  const colourCell = colour === undefined ? '' : (row[colour] ?? '');
  if (colourCell !== '' && !TOTAL.test(colourCell)) return false;
  if (TOTAL.test(row.find((cell) => cell !== '') ?? '')) return true;
  if ((row[part] ?? '') !== '') return false;
  if (quantity === undefined) return false;
  const otherCells = row.filter((cell, index) => index !== quantity && cell !== '');
  return otherCells.length === 0 && sum > 0 && Number(row[quantity]) === sum;
};
