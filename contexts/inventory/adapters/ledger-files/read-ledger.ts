import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import { derivedId } from '@lego-moc/kernel/ids';
import type { LedgerFault, LedgerFiles } from '../../application/ports/ledger-files.ts';
import type { FileLine } from '../../domain/ledger/ledger-lines.ts';
import { lineContent, type Cells } from './line-content.ts';

/** Three times the longest ledger in use. */
export const LEDGER_LINES_MAX = 50_000;

/** In characters; a quote that is never closed must not swallow the file. */
const LINE_LENGTH_MAX = 10_000;

const COLUMNS: Readonly<Record<string, keyof Cells>> = {
  ...{ date: 'date', day: 'date', kind: 'kind', type: 'item', item: 'item', part: 'part', colour: 'colour' },
  ...{ color: 'colour', quantity: 'quantity', note: 'note', source: 'note', id: 'id' },
};
const REQUIRED_COLUMNS = ['date', 'kind', 'part', 'quantity'] as const satisfies readonly (keyof Cells)[];

const faultOf = (fault: LedgerFault['fault'], because: string): LedgerFault => ({ fault, because });

const isFault = (value: object): value is LedgerFault => 'fault' in value;

type Columns = readonly (keyof Cells | null)[];

/** The names of the columns in their order; null for a column without meaning here. */
const columnsIn = (header: readonly string[]): Columns | LedgerFault => {
  const columns = header.map((name) => COLUMNS[name.trim().toLowerCase()] ?? null);
  const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  return missing.length === 0
    ? columns
    : faultOf('columns-missing', `The first line has to name these columns as well: ${missing.join(', ')}.`);
};

type Row = { readonly record: readonly string[]; readonly info: Info };

const byDay = ({ content: a }: FileLine, { content: b }: FileLine): number => {
  const [day, other] = [a, b].map((content) => (typeof content === 'string' ? '' : content.day));
  return (day ?? '') < (other ?? '') ? -1 : day === other ? 0 : 1;
};

const cellsOf = (record: Row['record'], columns: Columns): Cells => {
  const cells: Cells = {};
  for (const [index, column] of columns.entries()) if (column !== null) cells[column] ??= record[index] ?? '';
  return cells;
};

/** Gives each line its id. Lines that have none are told apart by their content, and equal ones by their order. */
const lineNamer = () => {
  const occurrences = new Map<string, number>();
  return (cells: Cells): FileLine['content'] => {
    const content = lineContent(cells);
    if (typeof content === 'string') return content;
    const { id, ...transaction } = content;
    const name = id === '' ? JSON.stringify(transaction) : id;
    const occurrence = id === '' ? (occurrences.get(name) ?? 0) + 1 : 0;
    occurrences.set(name, occurrence);
    return { lineId: derivedId('ledger-line', name, String(occurrence)), ...transaction };
  };
};

const readRows = async (rows: AsyncIterable<Row>): Promise<readonly FileLine[] | LedgerFault> => {
  const lines: FileLine[] = [];
  const contentOf = lineNamer();
  let columns: Columns | undefined;
  for await (const { record, info } of rows) {
    if (columns === undefined) {
      const header = columnsIn(record);
      if (isFault(header)) return header;
      columns = header;
    } else if (lines.length === LEDGER_LINES_MAX)
      return faultOf(
        'too-many-lines',
        `A ledger has at most ${String(LEDGER_LINES_MAX)} lines; split the file by date.`,
      );
    else lines.push({ line: info.lines, content: contentOf(cellsOf(record, columns)) });
  }
  return lines.length === 0 ? faultOf('no-lines', 'The file has no line behind the names of its columns.') : lines;
};

/** Reads ledgers in CSV: columns by name in any order, the separator a comma, a semicolon or a tab. */
export const ledgerFiles: LedgerFiles = {
  read: async (file) => {
    if (!isUtf8(file)) return faultOf('not-utf-8', 'Save the file as CSV in UTF-8.');
    const firstLine =
      Buffer.from(file.subarray(0, LINE_LENGTH_MAX))
        .toString()
        .split(/[\r\n]/, 1)[0] ?? '';
    const delimiter = [';', '\t'].find((candidate) => firstLine.includes(candidate)) ?? ',';
    const parser = Readable.from([file]).pipe(
      parse({
        ...{ delimiter, bom: true, info: true, trim: true, skip_empty_lines: true },
        ...{ max_record_size: LINE_LENGTH_MAX, relax_column_count: true },
      }),
    );
    try {
      const lines = await readRows(parser as AsyncIterable<Row>);
      return 'fault' in lines ? lines : lines.toSorted(byDay);
    } catch (error) {
      if (error instanceof CsvError)
        return faultOf('csv-malformed', `The CSV is broken: ${error.message.slice(0, 200)}`);
      throw error;
    } finally {
      parser.destroy();
    }
  },
};
