import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { createDumpReaders } from '../../domain/catalogue-rows.ts';
import type { DumpRow } from '../../domain/dump-cells.ts';
import { DumpUnreadable, type CatalogueDump } from '../../application/import-catalogue.ts';

/** The longest name in the public dump has 223 characters; a quote that is never closed must not swallow the file. */
const ROW_LENGTH_MAX = 64 * 1024;

const pathOf = (folder: string, file: string): string | undefined =>
  [`${file}.csv.gz`, `${file}.csv`].map((name) => join(folder, name)).find((path) => existsSync(path));

/** The file as text, unpacked if need be. */
const open = (path: string): Readable => {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file;
  const unzip = createGunzip();
  void pipeline(file, unzip).catch((error: unknown) => unzip.destroy(error as Error));
  return unzip;
};

const toDumpUnreadable = (file: string, error: unknown): Error => {
  if (error instanceof DumpUnreadable) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const line = error instanceof CsvError ? `, line ${String(error['lines'])}` : '';
  return new DumpUnreadable(`${file}${line}: ${reason}`);
};

async function* records(path: string, file: string, columns: readonly string[]): AsyncGenerator<DumpRow> {
  const bytes = open(path);
  const parser = parse({
    bom: true,
    max_record_size: ROW_LENGTH_MAX,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  bytes.on('error', (error) => parser.destroy(error));
  let header: readonly string[] | undefined;
  try {
    for await (const cells of bytes.pipe(parser) as AsyncIterable<readonly string[]>) {
      if (header !== undefined) {
        yield Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
        continue;
      }
      header = cells.map((name) => name.trim().toLowerCase());
      const missing = columns.filter((name) => header?.includes(name) !== true);
      if (missing.length > 0)
        throw new DumpUnreadable(`${file} has no column ${missing.join(', ')}; it has ${header.join(', ')}.`);
    }
  } catch (error) {
    throw toDumpUnreadable(file, error);
  } finally {
    bytes.destroy();
    parser.destroy();
  }
}

const hashOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256');
  for (const { file } of Object.values(createDumpReaders())) {
    const path = pathOf(folder, file);
    hash.update(`${file}\0`);
    if (path === undefined) continue;
    try {
      for await (const chunk of open(path)) hash.update(chunk as Buffer);
    } catch (error) {
      throw toDumpUnreadable(file, error);
    }
  }
  return hash.digest('hex');
};

/**
 * Rebrickable's public dump in a folder, each table gzipped or plain. Columns are taken by name, so it does not matter
 * which others there are. The release id does not depend on how the files are packed.
 */
export const dumpFolder = (folder: string): CatalogueDump => ({
  id: async () => `rebrickable-${(await hashOf(folder)).slice(0, 12)}`,
  rows: (file, columns) => {
    const path = pathOf(folder, file);
    return path === undefined ? undefined : records(path, file, columns);
  },
});
