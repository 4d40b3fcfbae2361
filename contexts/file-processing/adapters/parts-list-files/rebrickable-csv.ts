import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import { columnsOf, isTrue, type Columns } from '../../domain/columns.ts';
import type { RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import type { TextPortion } from './bricklink-xml.ts';

/** In characters. A row of a parts list has some twenty; a quote that is never closed must not swallow the file. */
const ROW_LENGTH_MAX = 1024 * 1024;

const PORTION_LOTS = 1000;

const DELIMITERS = [',', ';', '\t'] as const;

/** The delimiter that the header uses most. */
export const delimiterOf = (header: string): string => {
  const count = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
};

const unknownColumns = (header: readonly string[]): UnreadableFile => {
  const named = header.slice(0, 12).map((name) => JSON.stringify(name.slice(0, 40)));
  const more = header.length > named.length ? ` and ${header.length - named.length} more` : '';
  const detail = `The first line names ${named.join(', ')}${more}; a Rebrickable list has Part, Color and Quantity.`;
  return new UnreadableFile('columns-unknown', detail, 1);
};

const lotOf = (row: readonly string[], line: number, columns: Columns): RawLot => {
  const colour = row[columns.colour] ?? '';
  const incomplete = row.length <= Math.max(columns.part, columns.colour, columns.quantity);
  return {
    line,
    itemType: 'P',
    partNumber: row[columns.part] ?? '',
    colour: colour === '' ? null : colour,
    quantityText: row[columns.quantity] ?? '',
    role: columns.spare !== undefined && isTrue(row[columns.spare]) ? 'spare' : 'needed',
    ...(incomplete ? { incomplete } : {}),
  };
};

const explained = (error: unknown): unknown => {
  if (!(error instanceof CsvError)) return error;
  const line = Number(error['lines'] ?? 1);
  return error.code === 'CSV_MAX_RECORD_SIZE'
    ? new UnreadableFile('line-too-long', 'A row is longer than a million characters; is a quote not closed?', line)
    : new UnreadableFile('csv-malformed', `The CSV is broken: ${error.message.slice(0, 200)}`, line);
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
    throw explained(error);
  } finally {
    text.destroy();
    parser.destroy();
  }
}

/** Reads the lots of a Rebrickable export as its text arrives; columns go by name. Throws `UnreadableFile`. */
export async function* rebrickableLots(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<TextPortion> {
  let columns: Columns | undefined;
  let lots: RawLot[] = [];

  for await (const { record, info } of rowsOf(chunks, delimiter)) {
    if (columns === undefined) {
      columns = columnsOf(record);
      if (columns === undefined) throw unknownColumns(record);
      continue;
    }
    if (record.some((cell) => cell !== '')) lots.push(lotOf(record, info.lines, columns));
    if (lots.length < PORTION_LOTS) continue;
    yield { lots, repairs: [] };
    lots = [];
  }
  yield { lots, repairs: [] };
}
