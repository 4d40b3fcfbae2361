import { Readable } from 'node:stream';
import { quoteName, type Database } from './database.ts';

/** A value in a COPY; JSON is given as an object. `undefined` and `null` are NULL. */
export type CopyValue = string | number | bigint | boolean | object | null | undefined;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const textOf = (value: CopyValue): string => {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
};

/** Rows are sent in chunks of this many characters: a chunk per row would cost more than the row. */
const CHUNK_LENGTH = 64 * 1024;

async function* chunksOf(
  rows: AsyncIterable<readonly CopyValue[]> | Iterable<readonly CopyValue[]>,
): AsyncIterable<string> {
  let chunk = '';
  for await (const row of rows) {
    chunk += `${row.map(textOf).join('\t')}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/**
 * Streams rows into a table with COPY: the fastest way in, all or nothing, with backpressure. Returns how many there
 * were. Throws `DatabaseUnavailable` and the errors of PostgreSQL.
 */
export const copyRows = (
  db: Database,
  table: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly CopyValue[]> | Iterable<readonly CopyValue[]>,
): Promise<number> => db.copyIn(`${table} (${columns.map(quoteName).join(', ')})`, Readable.from(chunksOf(rows)));
