import { parentPort, workerData } from 'node:worker_threads';
import { read, type CellObject } from '@e965/xlsx';
import type { TableRow } from './csv-rows.ts';

/** What this thread answers to each request: the next rows, or that the workbook cannot be read. */
export type SheetMessage = { readonly rows: readonly TableRow[] } | { readonly fault: string };

const PORTION_ROWS = 1000;

/** More columns than any parts list has. */
const COLUMNS_MAX = 200;

/** The value of a cell as it is stored: a spreadsheet may show a part number as `9.70E+03`. */
const textOf = (cell: CellObject | undefined): string => {
  if (cell === undefined || cell.t === 'z') return '';
  return String(cell.t === 'e' ? (cell.w ?? '') : (cell.v ?? '')).trim();
};

function* portionsOf(sheet: readonly (readonly CellObject[] | undefined)[]): Generator<readonly TableRow[]> {
  let rows: TableRow[] = [];
  // Rows that a sheet leaves out are holes: its last row may have a number in the millions.
  for (const index of Object.keys(sheet).map(Number)) {
    const cells = sheet[index] ?? [];
    const length = Math.min(cells.length, COLUMNS_MAX);
    rows.push({ line: index + 1, cells: Array.from({ length }, (_, column) => textOf(cells[column])) });
    if (rows.length < PORTION_ROWS) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

const firstSheet = (): Generator<readonly TableRow[]> => {
  const workbook = read(workerData as Uint8Array, {
    ...{ type: 'buffer', sheets: 0, dense: true, cellFormula: false, cellHTML: false, cellText: false },
  });
  const sheet = workbook.Sheets[workbook.SheetNames[0] ?? ''];
  return portionsOf(sheet?.['!data'] ?? []);
};

let portions: Generator<readonly TableRow[]> | undefined;

/** Answers without rows when there are no more. */
const nextMessage = (): SheetMessage => {
  try {
    portions ??= firstSheet();
    const next = portions.next();
    return { rows: next.done === true ? [] : next.value };
  } catch (error) {
    return { fault: error instanceof Error ? error.message.slice(0, 120) : '' };
  }
};

parentPort?.on('message', () => parentPort?.postMessage(nextMessage()));
