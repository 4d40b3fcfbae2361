import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { reject, type Rejection } from '@lego-moc/kernel/decider';
import { partKey } from '../../domain/catalogue.ts';
import type { ColourScheme } from '../../domain/colour-scheme.ts';
import { linkKey } from '../../domain/part-links.ts';
import type { CrossWalkFault, CrossWalkFile, CrossWalkRow, ReadCrossWalk } from '../../application/ports/cross-walk.ts';

/** Twenty times the numbers that all systems together have for the parts of the catalogue. */
const ROWS_MAX = 1_000_000;

const SCHEMES: readonly ColourScheme[] = ['rebrickable', 'bricklink', 'brickowl', 'ldraw', 'lego'];

/** The columns by position: two of them have the same name. */
const COLUMNS = ['scheme', 'number', 'scheme', 'number', 'provenance'];

const NUMBER = /^[!-~]{1,80}$/;
/** A number that a spreadsheet rounded, or took for a decimal. */
const CHANGED_NUMBER = /^(?:\d(?:[.,]\d{1,15})?E\+?\d{1,3}|\d{2,12}\.0{1,4})$/i;
const PROVENANCE = /^[^\p{Cc}]{1,200}$/u;

type Cells = readonly string[];
type PartNumber = { readonly scheme: ColourScheme; readonly number: string; readonly column: number };

const isFault = (value: object): value is CrossWalkFault => 'detail' in value;

/** The scheme in the cell at `index`, and the number in the next one. */
const numberIn = (cells: Cells, index: number, line: number): PartNumber | CrossWalkFault => {
  const [name, number] = [(cells[index] ?? '').toLowerCase(), cells[index + 1] ?? ''];
  const scheme = SCHEMES.find((candidate) => candidate === name);
  if (scheme === undefined) return { line, column: index + 1, detail: `Write one of ${SCHEMES.join(', ')}.` };
  const column = index + 2;
  if (CHANGED_NUMBER.test(number))
    return { line, column, detail: `A spreadsheet changed ${number}; format the column as text and export it again.` };
  return NUMBER.test(number)
    ? { scheme, number, column }
    : { line, column, detail: 'Write one part number, without blanks and at most 80 characters long.' };
};

/** Between two numbers of Rebrickable the first is the older one. */
const rowOf = (cells: Cells, line: number): CrossWalkRow | CrossWalkFault => {
  if (cells.length !== COLUMNS.length)
    return { line, column: Math.min(cells.length, COLUMNS.length) + 1, detail: `Write ${COLUMNS.join(', ')}.` };
  const [left, right] = [numberIn(cells, 0, line), numberIn(cells, 2, line)];
  if (isFault(left)) return left;
  if (isFault(right)) return right;
  const provenance = cells[4] ?? '';
  if (!PROVENANCE.test(provenance))
    return { line, column: 5, detail: 'Say who states this, in at most 200 characters.' };
  const [other, own] = right.scheme === 'rebrickable' ? [left, right] : [right, left];
  if (own.scheme !== 'rebrickable') return { line, column: 3, detail: 'One of the two schemes must be rebrickable.' };
  if (other.scheme === 'rebrickable' && partKey(other.number) === partKey(own.number))
    return { line, column: 4, detail: 'The two numbers are the same.' };
  const target = { partNumber: own.number, partColumn: own.column };
  const { scheme, number } = other;
  return { line, ...target, scheme, number, key: partKey(number), provenance };
};

/** The row with what a row without a provenance states; such a row stays as it is where that is nothing. */
const withProvenance = (cells: Cells, usualProvenance: string): Cells => {
  const [provenance = ''] = cells.slice(COLUMNS.length - 1);
  const isComplete = provenance !== '' || cells.length > COLUMNS.length || cells.length < COLUMNS.length - 1;
  return isComplete || usualProvenance === '' ? cells : [...cells.slice(0, COLUMNS.length - 1), usualProvenance];
};

type ParsedRecord = { readonly record: Cells; readonly info: { readonly lines: number } };

const parseRows = (text: string): readonly ParsedRecord[] =>
  parse(text, {
    ...{ bom: true, delimiter: [',', ';', '\t'], trim: true, skip_empty_lines: true, info: true },
    ...{ relax_column_count: true, max_record_size: 16_384, to: ROWS_MAX + 2 },
  }) as unknown as readonly ParsedRecord[];

const unreadable = (because: string): Rejection<'cross-walk-unreadable'> => reject('cross-walk-unreadable', because);

const isHeader = ({ record }: ParsedRecord): boolean =>
  record.length >= COLUMNS.length - 1 && record.every((name, index) => name.toLowerCase() === COLUMNS[index]);

/** Rows of one number that name several parts are all refused: none of them is more right than another. */
const contradictionsIn = (rows: readonly CrossWalkRow[]): readonly CrossWalkFault[] => {
  const other = rows.find(({ partNumber }) => partKey(partNumber) !== partKey(rows[0]?.partNumber ?? ''));
  if (other === undefined) return [];
  return rows.map((row) => {
    const { line, partNumber } = partKey(row.partNumber) === partKey(other.partNumber) ? (rows[0] ?? other) : other;
    return {
      ...{ line: row.line, column: row.partColumn },
      detail: `Line ${line} says ${partNumber}; a number stands for one part.`,
    };
  });
};

const readRows = (records: readonly ParsedRecord[], usualProvenance: string): CrossWalkFile => {
  const rowsByNumber = new Map<string, CrossWalkRow[]>();
  const faults: CrossWalkFault[] = [];
  for (const { record, info } of records) {
    const row = rowOf(withProvenance(record, usualProvenance), info.lines);
    if (isFault(row)) {
      faults.push(row);
      continue;
    }
    const key = linkKey(row.scheme, row.key);
    const rows = rowsByNumber.get(key);
    if (rows === undefined) rowsByNumber.set(key, [row]);
    else rows.push(row);
  }
  const rows: CrossWalkRow[] = [];
  for (const numberRows of rowsByNumber.values()) {
    const contradictions = contradictionsIn(numberRows);
    if (contradictions.length === 0) rows.push(...numberRows.slice(0, 1));
    for (const fault of contradictions) faults.push(fault);
  }
  return { rows, faults };
};

const readTable = (text: string, usualProvenance: string): ReturnType<ReadCrossWalk> => {
  let records: readonly ParsedRecord[];
  try {
    records = parseRows(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return unreadable(`Line ${Number(error['lines'] ?? 1)} is no row of a CSV: ${error.code}.`);
  }
  const [first] = records;
  const dataRecords = first !== undefined && isHeader(first) ? records.slice(1) : records;
  if (dataRecords.length === 0) return unreadable('The file has no rows.');
  if (dataRecords.length > ROWS_MAX)
    return unreadable(`The file has more than ${ROWS_MAX.toLocaleString('en')} rows; split it.`);
  return readRows(dataRecords, usualProvenance);
};

/**
 * Reads a table with the columns scheme, number, scheme, number, provenance, with or without this header. One of the two
 * schemes is Rebrickable's. Rows with a fault are left out and named; of equal rows the first counts.
 */
export const readCrossWalkCsv: ReadCrossWalk = (text) => readTable(text, '');

/** Like `readCrossWalkCsv`, but rows need not say who states them: the user does, who brings the table. */
export const readOwnCrossWalkCsv: ReadCrossWalk = (text) => readTable(text, 'user');
