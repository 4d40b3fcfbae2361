import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { reject, type Rejection } from '@lego-moc/kernel/decider';
import { partKey } from '../../domain/catalogue.ts';
import { parseAmount, type Amount } from '../../domain/prices/amount.ts';
import type { PriceFile, PriceRow, ReadPrices, RowFault } from '../../application/ports/price-file.ts';
import type { Guide, PriceFigures } from '../../domain/prices/price-events.ts';

/** Columns by name, as tools around BrickLink's price guide write them. Others are ignored. */
const REQUIRED_COLUMNS = ['item', 'color', 'new_or_used', 'qty_avg_price', 'currency_code'] as const;

const COUNT_MAX = 999_999_999;
/** Ten million units: dearer than any item, and small enough that a million pieces add up exactly. */
const AMOUNT_MAX = 100_000_000_000;

type Cells = Readonly<Record<string, string>>;

const isFault = (value: object | number | null): value is RowFault =>
  value !== null && typeof value === 'object' && 'line' in value;

const amountIn = (cells: Cells, field: string, line: number): Amount | RowFault => {
  const amount = parseAmount(cells[field] ?? '');
  return amount !== undefined && amount <= AMOUNT_MAX
    ? amount
    : { line, field, detail: 'Write a decimal number of 0 or more, with a point: 0.25.' };
};

/** An optional count. */
const countIn = (cells: Cells, field: string, line: number): number | null | RowFault => {
  const text = cells[field] ?? '';
  if (text === '') return null;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : COUNT_MAX + 1;
  return count <= COUNT_MAX ? count : { line, field, detail: 'Write a whole number of 0 or more, or leave it empty.' };
};

const figuresIn = (cells: Cells, line: number): PriceFigures | RowFault => {
  const counts = [countIn(cells, 'unit_quantity', line), countIn(cells, 'total_quantity', line)] as const;
  const expected = amountIn(cells, 'qty_avg_price', line);
  /** A file with one price only is one with all four alike. */
  const orExpected = (field: string): Amount | RowFault =>
    (cells[field] ?? '') === '' ? expected : amountIn(cells, field, line);
  const [minimum, average, maximum] = [orExpected('min_price'), orExpected('avg_price'), orExpected('max_price')];
  const fault = [...counts, expected, minimum, average, maximum].find(isFault);
  if (fault !== undefined) return fault;
  const [offers, pieces] = counts as readonly [number | null, number | null];
  const unit = { minimum, average, quantityAverage: expected, maximum } as PriceFigures['unit'];
  return { offers, pieces, unit: pieces === 0 ? null : unit };
};

type CellRule = { readonly field: string; readonly isValid: (cell: string) => boolean; readonly detail: string };

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

const RULES: readonly CellRule[] = [
  { field: 'item', isValid: (cell) => /^[!-~]{1,80}$/.test(cell), detail: 'Write BrickLink’s number of the item.' },
  {
    field: 'color',
    isValid: (cell) => /^\d{1,6}$/.test(cell),
    detail: 'Write BrickLink’s id of the colour; 0 for none.',
  },
  { field: 'new_or_used', isValid: (cell) => /^[NU]$/i.test(cell), detail: 'Write N or U.' },
  { field: 'currency_code', isValid: (cell) => CURRENCIES.has(cell), detail: 'Write a currency of ISO 4217: EUR.' },
  { field: 'item_type', isValid: (cell) => /^[A-Z]?$/.test(cell), detail: 'Write BrickLink’s letter: P for a part.' },
];

const rowOf = (cells: Cells, line: number, guide: Guide): PriceRow | RowFault => {
  const cell = (field: string): string => cells[field] ?? '';
  const rule = RULES.find(({ field, isValid }) => !isValid(cell(field)));
  if (rule !== undefined) return { line, field: rule.field, detail: rule.detail };
  const figures = figuresIn(cells, line);
  if (isFault(figures)) return figures;
  const itemType = cell('item_type') === '' ? 'P' : cell('item_type');
  const key = { itemType, number: partKey(cell('item')), colour: Number(cell('color')) };
  const condition = cell('new_or_used').toUpperCase() === 'N' ? 'new' : 'used';
  return { ...key, condition, guide, currency: cell('currency_code'), figures };
};

const DELIMITERS = [',', ';', '\t'];

type ParsedRecord = { readonly record: Cells; readonly info: { readonly lines: number } };

const parseRows = (text: string): readonly ParsedRecord[] =>
  parse(text, {
    ...{ bom: true, delimiter: DELIMITERS, trim: true, skip_empty_lines: true, info: true },
    ...{ relax_column_count: true, max_record_size: 16_384 },
    columns: (header: readonly string[]) => header.map((name) => name.trim().toLowerCase()),
  }) as unknown as readonly ParsedRecord[];

const unreadable = (because: string): Rejection<'prices-unreadable'> => reject('prices-unreadable', because);

const keyOf = ({ itemType, number, colour, condition, currency }: PriceRow): string =>
  JSON.stringify([itemType, number, colour, condition, currency]);

const readRows = (records: readonly ParsedRecord[], guide: Guide): PriceFile => {
  const rows = new Map<string, PriceRow>();
  const faults: RowFault[] = [];
  let repeatedCount = 0;
  for (const { record, info } of records) {
    const row = rowOf(record, info.lines, guide);
    if (isFault(row)) {
      faults.push(row);
      continue;
    }
    if (rows.has(keyOf(row))) repeatedCount += 1;
    rows.set(keyOf(row), row);
  }
  return { rows: [...rows.values()], faults, repeated: repeatedCount };
};

/**
 * Reads a CSV of prices with a header: `item, color, new_or_used, qty_avg_price, currency_code`, and where there are any
 * `avg_price, min_price, max_price, total_quantity` (pieces), `unit_quantity` (offers), `item_type`. Of rows for the
 * same item the last one counts. Rows with a fault are left out and named.
 */
export const readPriceCsv: ReadPrices = (text, guide) => {
  let records: readonly ParsedRecord[];
  try {
    records = parseRows(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return unreadable(`Line ${Number(error['lines'] ?? 1)} is no row of a CSV: ${error.code}.`);
  }
  const [first] = records;
  if (first === undefined) return unreadable('The file has no rows below its header.');
  const missing = REQUIRED_COLUMNS.filter((name) => !Object.hasOwn(first.record, name));
  return missing.length > 0 ? unreadable(`The header lacks ${missing.join(', ')}.`) : readRows(records, guide);
};
