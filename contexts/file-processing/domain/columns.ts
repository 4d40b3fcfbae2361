/** Where a Rebrickable CSV keeps what. Columns count from 0. */
export type Columns = {
  readonly part: number;
  readonly colour: number;
  readonly quantity: number;
  readonly spare: number | undefined;
  /** How many columns the header has. */
  readonly count: number;
};

/** Every name that Rebrickable's exports and dumps have given a column over the years, without case and blanks. */
const NAMES = {
  part: ['part', 'partnum', 'partnumber', 'partno'],
  colour: ['color', 'colour', 'colorid', 'colourid', 'colornumber'],
  quantity: ['quantity', 'qty', 'num'],
  spare: ['isspare', 'spare'],
} as const;

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');

const find = (header: readonly string[], names: readonly string[]): number | undefined => {
  const index = header.findIndex((name) => names.includes(plain(name)));
  return index === -1 ? undefined : index;
};

/** The columns by name; `undefined` unless there is one for the part, the colour and the quantity. */
export const columnsOf = (header: readonly string[]): Columns | undefined => {
  const part = find(header, NAMES.part);
  const colour = find(header, NAMES.colour);
  const quantity = find(header, NAMES.quantity);
  if (part === undefined || colour === undefined || quantity === undefined) return undefined;
  return { part, colour, quantity, spare: find(header, NAMES.spare), count: header.length };
};

const TRUE = new Set(['true', 't', '1', 'yes', 'y']);

/** Dumps of different years write booleans differently. */
export const isTrue = (text: string | undefined): boolean => TRUE.has((text ?? '').trim().toLowerCase());
