import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import type { Format } from '../../domain/catalogue.ts';
import type { ColourScheme } from '../../domain/colour-scheme.ts';
import { columnsOf, isTotalRow, isTrue, type Columns } from '../../domain/columns.ts';
import type { RepairCode, RepairNote } from '../../domain/findings.ts';
import type { LotProblem, RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import type { TextPortion } from './xml-lots.ts';

/** In characters. A row of a parts list has some twenty; a quote that is never closed must not swallow the file. */
const ROW_LENGTH_MAX = 1024 * 1024;

const PORTION_LOTS = 1000;

const DELIMITERS = [',', ';', '\t'] as const;

/** The delimiter that the header uses most. */
export const delimiterOf = (header: string): string => {
  const count = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
};

const shorten = (name: string): string => JSON.stringify(name.slice(0, 40));

const unknownColumns = (header: readonly string[], line: number): UnreadableFile => {
  const names = header.slice(0, 12).map(shorten);
  const more = header.length > names.length ? ` and ${header.length - names.length} more` : '';
  const detail = `The first line has the columns ${names.join(', ')}${more}; a list needs Part, Color and Quantity, or Element ID and Quantity.`;
  return new UnreadableFile('columns-unknown', detail, { line });
};

const repeatedColumn = (name: string, line: number): UnreadableFile =>
  new UnreadableFile('columns-unknown', `The column ${shorten(name)} occurs twice. Rename or remove one.`, {
    line,
    field: name,
  });

const readHeader = (header: readonly string[], line: number): Columns => {
  const columns = columnsOf(header);
  if (columns === undefined) throw unknownColumns(header, line);
  if ('repeated' in columns) throw repeatedColumn(columns.repeated, line);
  return columns;
};

const problemOf = (row: readonly string[], columns: Columns): LotProblem | undefined => {
  if (row.length <= Math.max(columns.part, columns.colour ?? 0, columns.quantity))
    return { code: 'row-incomplete', detail: `The row has ${row.length} cells, the header ${columns.count} columns.` };
  if (row.slice(columns.count).every((cell) => cell === '')) return undefined;
  const detail = `The row has ${row.length} cells, the header ${columns.count} columns. Put a cell that has a comma in quotes.`;
  return { code: 'row-too-long', detail };
};

const lotOf = (row: readonly string[], line: number, columns: Columns): RawLot => {
  const cell = (index: number | undefined): string | null =>
    index === undefined || row[index] === undefined || row[index] === '' ? null : row[index];
  const problem = problemOf(row, columns);
  return {
    line,
    itemType: 'P',
    partNumber: row[columns.part] ?? '',
    ...(columns.isElement ? { isElement: true } : {}),
    colour: cell(columns.colour),
    colourName: cell(columns.colourName),
    quantityText: row[columns.quantity] ?? '',
    role: columns.spare !== undefined && isTrue(row[columns.spare]) ? 'extra' : 'needed',
    ...(problem === undefined ? {} : { problem }),
  };
};

const toUnreadableFile = (error: unknown): unknown => {
  if (!(error instanceof CsvError)) return error;
  const line = Number(error['lines'] ?? 1);
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new UnreadableFile('line-too-long', 'A row is longer than a million characters; is a quote not closed?', {
      line,
    });
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new UnreadableFile(
      'csv-malformed',
      'A quote is opened and never closed. Close it; if it is in the last row, the file was cut off.',
      { line },
    );
  return new UnreadableFile('csv-malformed', `The CSV is broken: ${error.message.slice(0, 200)}`, { line });
};

type Row = { readonly record: readonly string[]; readonly info: Info };

async function* rowsOf(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<Row> {
  const text = Readable.from(chunks);
  const parser = parse({
    delimiter,
    info: true,
    max_record_size: ROW_LENGTH_MAX,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
  text.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of text.pipe(parser) as AsyncIterable<Row>) yield row;
  } catch (error) {
    throw toUnreadableFile(error);
  } finally {
    text.destroy();
    parser.destroy();
  }
}

/** The digits of a quantity, to be added up and compared with the file's own total. */
const amountIn = (text: string | undefined): number => {
  const amount = Number((text ?? '').replace(/[,'’ ]/g, ''));
  return Number.isFinite(amount) ? amount : 0;
};

export type CsvPortion = TextPortion & {
  readonly format: Format;
  readonly expectedScheme: ColourScheme | undefined;
};

/** The rows below a list: a total, or Studio's two rows, the names of the totals and their numbers. */
class Totals {
  #sum = 0;
  #isNumberRowNext = false;

  add(quantity: string | undefined): void {
    this.#sum += amountIn(quantity);
  }

  /** The repair for a row that is no lot; `undefined` for a lot, `null` for the row of Studio's names. */
  read(row: readonly string[], columns: Columns): RepairCode | null | undefined {
    const quantity = this.#isNumberRowNext ? row[0] : row[columns.quantity];
    if (!this.#isNumberRowNext && !isTotalRow(row, columns, this.#sum)) return undefined;
    this.#isNumberRowNext = !this.#isNumberRowNext && row.every((cell) => !/\d/.test(cell));
    if (this.#isNumberRowNext) return null;
    return amountIn(quantity) === this.#sum ? 'total-skipped' : 'total-differs';
  }
}

/** Reads the lots of a CSV as its text arrives; columns go by name. Throws `UnreadableFile`. */
export async function* csvLots(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvPortion> {
  let columns: Columns | undefined;
  let lots: RawLot[] = [];
  let repairs: RepairNote[] = [];
  const totals = new Totals();
  const portion = (): CsvPortion => {
    const latest = { lots, repairs };
    lots = [];
    repairs = [];
    return { ...latest, format: columns?.format ?? 'rebrickable-csv', expectedScheme: columns?.scheme };
  };

  for await (const { record, info } of rowsOf(chunks, delimiter)) {
    const line = info.lines;
    if (columns === undefined) {
      columns = readHeader(record, line);
      continue;
    }
    if (record.every((cell) => cell === '')) continue;
    const code = totals.read(record, columns);
    if (code === undefined) {
      lots.push(lotOf(record, line, columns));
      totals.add(record[columns.quantity]);
    } else if (code !== null) repairs.push({ code, line });
    if (lots.length >= PORTION_LOTS) yield portion();
  }
  yield portion();
}
