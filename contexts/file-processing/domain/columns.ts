import type { ColourScheme } from './colour-scheme.ts';

/** Where a CSV has what. Columns count from 0. */
export type Columns = {
  readonly part: number;
  readonly colour: number;
  readonly colourName: number | undefined;
  readonly quantity: number;
  readonly spare: number | undefined;
  /** How many columns the header has. */
  readonly count: number;
};

/** Two columns of one name: nobody can say which of them is meant. */
export type RepeatedColumn = { readonly repeated: string };

/**
 * Every name that exports and dumps have given a column over the years, without case and blanks; the most specific
 * first, since a list may have both `Color` (a name) and `Color ID`, or both `Num` (a row number) and `Quantity`.
 */
const NAMES = {
  part: ['partnum', 'partnumber', 'partno', 'part'],
  colour: ['colorid', 'colourid', 'colornumber', 'colournumber', 'color', 'colour'],
  colourName: ['colorname', 'colourname', 'colordescription', 'colourdescription', 'color', 'colour'],
  quantity: ['quantity', 'qty', 'num'],
  spare: ['isspare', 'spare'],
} as const;

const normalise = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

const indexOfFirst = (header: readonly string[], names: readonly string[]): number | undefined => {
  const name = names.find((candidate) => header.includes(candidate));
  return name === undefined ? undefined : header.indexOf(name);
};

/** The columns by name; `undefined` unless there is one for the part, the colour and the quantity. */
export const columnsOf = (names: readonly string[]): Columns | RepeatedColumn | undefined => {
  const header = names.map(normalise);
  const part = indexOfFirst(header, NAMES.part);
  const colour = indexOfFirst(header, NAMES.colour);
  const quantity = indexOfFirst(header, NAMES.quantity);
  if (part === undefined || colour === undefined || quantity === undefined) return undefined;
  const spare = indexOfFirst(header, NAMES.spare);
  const used = [part, colour, quantity, ...(spare === undefined ? [] : [spare])];
  const repeated = used.find((index) => header.indexOf(header[index] ?? '', index + 1) !== -1);
  if (repeated !== undefined) return { repeated: names[repeated] ?? '' };
  const colourName = indexOfFirst(header, NAMES.colourName);
  return {
    part,
    colour,
    colourName: colourName === colour ? undefined : colourName,
    quantity,
    spare,
    count: header.length,
  };
};

/** The names of Rebrickable's own exports and dumps; other programs name their columns otherwise. */
const REBRICKABLE_NAMES = new Set(['part', 'partnum', 'color', 'colorid', 'quantity', 'num']);

/** Rebrickable, if the header has its names only; `undefined` where any program may have written it. */
export const impliedScheme = (names: readonly string[], columns: Columns): ColourScheme | undefined =>
  [columns.part, columns.colour, columns.quantity].every((index) =>
    REBRICKABLE_NAMES.has(normalise(names[index] ?? '')),
  )
    ? 'rebrickable'
    : undefined;

const TRUE = new Set(['true', 't', '1', 'yes', 'y']);

/** Dumps of different years write booleans differently. */
export const isTrue = (text: string | undefined): boolean => TRUE.has((text ?? '').trim().toLowerCase());

const TOTAL = /^(?:grand |sub)?(?:totals?|sum|gesamt|summe|totaal|totale)\b/i;

/** Whether a row is the total under a list: it says so, or it has only a quantity that is the sum of those above. */
export const isTotalRow = (row: readonly string[], { part, colour, quantity }: Columns, sum: number): boolean => {
  if ((row[colour] ?? '') !== '' && !TOTAL.test(row[colour] ?? '')) return false;
  const first = row.find((cell) => cell !== '') ?? '';
  if (TOTAL.test(first)) return true;
  if ((row[part] ?? '') !== '') return false;
  const others = row.filter((cell, index) => index !== quantity && cell !== '');
  return others.length === 0 && sum > 0 && Number(row[quantity]) === sum;
};
