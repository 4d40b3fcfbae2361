export type Cell = string | number | boolean | null;

/** A table as it is on screen: masked values stay masked. */
export type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

/** Spreadsheets run text that begins like this as a formula. */
const FORMULA_START = /^[=+\-@\t\r\n]/;

const csvText = (text: string): string => {
  const harmless = FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const csvCell = (cell: Cell): string => {
  if (cell === null) return '';
  return typeof cell === 'string' ? csvText(cell) : String(cell);
};

/** RFC 4180, with text that a spreadsheet would run made plain text. */
export const toCsv = ({ columns, rows }: Table): string =>
  [columns.map(csvText), ...rows.map((row) => row.map(csvCell))].map((cells) => `${cells.join(',')}\r\n`).join('');

/** An array of objects, indented. */
export const toJson = ({ columns, rows }: Table): string =>
  JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))),
    null,
    2,
  );
