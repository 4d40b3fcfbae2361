import type { Format } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';

/** The columns of a CSV. Columns count from 0. */
export type Columns = {
  readonly part: number;
  /** The part column has element ids, which name the colour as well. */
  readonly isElement: boolean;
  readonly colour: number | undefined;
  readonly colourName: number | undefined;
  readonly quantity: number;
  readonly spare: number | undefined;
  /** How many columns the header has. */
  readonly count: number;
  readonly format: Format;
  /** Whose colour ids the header implies; `undefined` where any program may have written it. */
  readonly scheme: ColourScheme | undefined;
};

/** Two columns of one name: the file does not tell which of them is meant. */
export type RepeatedColumn = { readonly repeated: string };

/**
 * Every name that exports and dumps have given a column over the years, without case and blanks; the most specific
 * first, since a list may have both `Color` (a name) and `Color ID`, or both `Num` (a row number) and `Quantity`.
 */
const NAMES = {
  part: ['blitemno', 'partnum', 'partnumber', 'partno', 'part'],
  element: ['elementid', 'sku'],
  colour: ['blcolorid', 'colorid', 'colourid', 'colornumber', 'colournumber', 'color', 'colour'],
  colourName: ['colorname', 'colourname', 'colordescription', 'colourdescription', 'color', 'colour'],
  quantity: ['quantity', 'qty', 'num'],
  spare: ['isspare', 'spare'],
} as const;

const normalise = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

const indexOfFirst = (header: readonly string[], names: readonly string[]): number | undefined => {
  const name = names.find((candidate) => header.includes(candidate));
  return name === undefined ? undefined : header.indexOf(name);
};

/** The names of Rebrickable's own exports and dumps; other programs name their columns otherwise. */
const REBRICKABLE_NAMES = new Set(['part', 'partnum', 'color', 'colorid', 'quantity', 'num']);

type Origin = Pick<Columns, 'format' | 'scheme'>;

const originOf = (header: readonly string[], used: readonly number[], isElement: boolean): Origin => {
  const format = 'rebrickable-csv';
  if (isElement) return { format: header.includes('setnumber') ? 'brickset-csv' : 'pick-a-brick-csv', scheme: 'lego' };
  if (header.includes('blitemno')) return { format: 'studio-csv', scheme: 'bricklink' };
  if (header.includes('blcolorid')) return { format, scheme: 'bricklink' };
  const isRebrickable = used.every((index) => REBRICKABLE_NAMES.has(header[index] ?? ''));
  return { format, scheme: isRebrickable ? 'rebrickable' : undefined };
};

/** The columns by name; `undefined` unless there is one for the part, the colour (or the element) and the quantity. */
export const columnsOf = (names: readonly string[]): Columns | RepeatedColumn | undefined => {
  const header = names.map(normalise);
  const colour = indexOfFirst(header, NAMES.colour);
  const ofParts = colour === undefined ? undefined : indexOfFirst(header, NAMES.part);
  const isElement = ofParts === undefined;
  const part = ofParts ?? indexOfFirst(header, NAMES.element);
  const quantity = indexOfFirst(header, NAMES.quantity);
  if (part === undefined || quantity === undefined) return undefined;

  const used = [part, quantity, ...(isElement || colour === undefined ? [] : [colour])];
  const spare = indexOfFirst(header, NAMES.spare);
  const repeated = [...used, spare].find(
    (index) => index !== undefined && header.indexOf(header[index] ?? '', index + 1) !== -1,
  );
  if (repeated !== undefined) return { repeated: names[repeated] ?? '' };
  const colourName = indexOfFirst(header, NAMES.colourName);
  return {
    ...{ part, isElement, quantity, spare, count: header.length, ...originOf(header, used, isElement) },
    colour: isElement ? undefined : colour,
    colourName: colourName === colour && !isElement ? undefined : colourName,
  };
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
  const otherCells = row.filter((cell, index) => index !== quantity && cell !== '');
  return otherCells.length === 0 && sum > 0 && Number(row[quantity]) === sum;
};
