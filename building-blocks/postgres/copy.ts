import { Readable } from 'node:stream';
import { quoted, type Database } from './database.ts';

/** A value in a COPY: JSON goes in as an object. `undefined` and `null` are NULL. */
export type CopyValue = string | number | bigint | boolean | object | null | undefined;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const textOf = (value: CopyValue): string => {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
};

/** Rows go to the socket in lumps of this many characters: a chunk a row would cost more than the row. */
const LUMP = 64 * 1024;

async function* lumps(
  rows: AsyncIterable<readonly CopyValue[]> | Iterable<readonly CopyValue[]>,
): AsyncIterable<string> {
  let lump = '';
  for await (const row of rows) {
    lump += `${row.map(textOf).join('\t')}\n`;
    if (lump.length < LUMP) continue;
    yield lump;
    lump = '';
  }
  if (lump !== '') yield lump;
}

/**
 * Streams rows into a table with COPY: the fastest way in, all or nothing, and no faster than the database takes them.
 * Returns how many there were.
 */
export const copyRows = (
  db: Database,
  table: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly CopyValue[]> | Iterable<readonly CopyValue[]>,
): Promise<number> => db.copyIn(`${table} (${columns.map(quoted).join(', ')})`, Readable.from(lumps(rows)));
