import { isFormula } from '../../domain/formula.ts';

type Cell = string | number | boolean | null;

const NEEDS_QUOTES = /[",\r\n\t;]|^\s|\s$/;

const cellOf = (value: Cell): string => {
  const text = value === null ? '' : String(value);
  const safe = isFormula(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A row of a CSV (RFC 4180). A cell that a spreadsheet would run as a formula begins with an apostrophe. */
export const csvRow = (...cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`;
