import { CsvError, parse, type Parser } from 'csv-parse';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';

/** A row of a table: its cells without surrounding blanks, and its line in the file, or its row in the sheet. */
export type TableRow = { readonly cells: readonly string[]; readonly line: number };

/** In characters. A row of a parts list has some twenty; a quote that is never closed must not swallow the file. */
const ROW_LENGTH_MAX = 1024 * 1024;

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Columns that blanks set apart, as in a text that was copied from a document. */
const WIDE = / {2,}/;

const countIn = (text: string, delimiter: string): number => text.split(delimiter).length - 1;

/**
 * What sets the cells of a row apart, by the first row: the delimiter it uses most, else two blanks or more, else a
 * single blank. Two blanks are read as a tab.
 */
export const delimiterOf = (firstRow: string): string => {
  const delimiter = DELIMITERS.reduce((best, next) =>
    countIn(firstRow, next) > countIn(firstRow, best) ? next : best,
  );
  if (countIn(firstRow, delimiter) > 0) return delimiter;
  if (WIDE.test(firstRow.trim())) return '  ';
  return /\S \S/.test(firstRow) ? ' ' : delimiter;
};

/** Makes a tab of two blanks or more, also where they lie in two chunks. */
async function* tabulate(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let heldBack = '';
  for await (const chunk of chunks) {
    const text = heldBack + chunk;
    const end = text.trimEnd().length;
    heldBack = text.slice(end);
    yield text.slice(0, end).replace(/ {2,}/g, '\t');
  }
  yield heldBack;
}

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

/** Feeds the parser a portion of text, or the end of it; rejects with its errors. */
const feed = (parser: Parser, text?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (text === undefined) parser.end(settle);
    else parser.write(text, settle);
  });

/**
 * The rows of a CSV as its text arrives. Throws `UnreadableFile`. Rows are collected as the parser makes them: to read them
 * from it as a stream takes as long again as to parse them.
 */
export async function* csvRows(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<TableRow> {
  const isWide = delimiter === '  ';
  let rows: TableRow[] = [];
  const takeRows = (): readonly TableRow[] => {
    const newRows = rows;
    rows = [];
    return newRows;
  };
  const parser = parse({
    delimiter: isWide ? '\t' : delimiter,
    max_record_size: ROW_LENGTH_MAX,
    on_record: (cells: readonly string[], { lines: line }) => {
      rows.push({ cells, line });
      return null;
    },
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
  // The promise of the write that it belongs to has the error.
  parser.on('error', () => undefined);
  try {
    for await (const text of isWide ? tabulate(chunks) : chunks) {
      await feed(parser, text);
      yield* takeRows();
    }
    await feed(parser);
    yield* takeRows();
  } catch (error) {
    throw toUnreadableFile(error);
  } finally {
    parser.destroy();
  }
}
