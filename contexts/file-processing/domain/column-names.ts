/**
 * Every name that exports and dumps have given a column over the years, without case and blanks; the most specific
 * first, since a list may have both `Color` (a name) and `Color ID`, or both `Num` (a row number) and `Quantity`.
 */
export const COLUMN_NAMES = {
  part: ['blitemno', 'partnum', 'partnumber', 'partno', 'part'],
  element: ['elementid', 'sku'],
  colour: ['blcolorid', 'colorid', 'colourid', 'colornumber', 'colournumber', 'color', 'colour'],
  colourName: ['colorname', 'colourname', 'colordescription', 'colourdescription', 'color', 'colour'],
  quantity: ['quantity', 'qty', 'num'],
  spare: ['isspare', 'spare'],
} as const;

/** The name of a column without case, blanks and what spreadsheets and programs put between words. */
export const normaliseColumnName = (name: string): string => name.toLowerCase().replace(/[\s_.-]/g, '');

/** The position of the first of the names that the header has. */
export const indexOfFirst = (header: readonly string[], names: readonly string[]): number | undefined => {
  const name = names.find((candidate) => header.includes(candidate));
  return name === undefined ? undefined : header.indexOf(name);
};
