const FORMULA_START = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** Whether a spreadsheet would run the cell as a formula instead of showing it. A plain number is none. */
export const isFormula = (cell: string | null): boolean =>
  cell !== null && FORMULA_START.test(cell) && !NUMBER.test(cell);
