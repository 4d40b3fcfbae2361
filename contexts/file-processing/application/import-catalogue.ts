import { createDumpReaders, type DumpReaders, type CatalogueTables, type TableName } from '../domain/catalogue-rows.ts';
import type { DumpRow, RowResult } from '../domain/dump-cells.ts';
import type { Release } from './ports/catalogue.ts';

/** A catalogue to be imported: Rebrickable's dump, or one of the same shape. */
export interface CatalogueDump {
  /** Derived from the content: the same data has the same id. */
  id(): Promise<string>;
  /**
   * The rows of `file`, each by column name; `undefined` when the dump has no such file. Throws `DumpUnreadable`
   * when one of `columns` is missing.
   */
  rows(file: string, columns: readonly string[]): AsyncIterable<DumpRow> | undefined;
}

/** Writes a release beside the existing ones; no reader sees it before it is published. */
export interface CatalogueStore {
  /** Whether there is no release at all. */
  isEmpty(): Promise<boolean>;
  /** The newest release, if it has this id. */
  newestIf(id: string): Promise<Release | undefined>;
  begin(id: string): Promise<Release>;
  fill<Name extends TableName>(
    release: Release,
    table: Name,
    rows: AsyncIterable<CatalogueTables[Name]>,
  ): Promise<void>;
  /** Makes it the newest release, in one step, and deletes old ones. */
  publish(release: Release, counts: CatalogueCounts): Promise<void>;
}

/** The dump cannot be read; the message tells the operator why. */
export class DumpUnreadable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'DumpUnreadable';
  }
}

/** The rows of a table by result. Dangling ones refer to a part or colour that the same dump does not have. */
export type TableCount = {
  readonly imported: number;
  readonly dangling: number;
  readonly unreadable: number;
  readonly repeated: number;
};
export type CatalogueCounts = { readonly [Name in TableName]?: TableCount };

export type ImportResult = { readonly release: Release; readonly counts: CatalogueCounts | 'already-there' };

/** Called repeatedly while a table is read, and once when it is done. */
export type OnProgress = (table: TableName, count: TableCount, isDone: boolean) => void;

/** Without parts, colours and categories there is no catalogue; the other tables may be missing. */
const REQUIRED_TABLES = new Set<TableName>(['categories', 'colours', 'parts']);

/** Later tables refer to earlier ones. */
const TABLE_ORDER = [
  ...(['categories', 'colours', 'parts', 'elements', 'relationships'] as const),
  ...(['themes', 'sets', 'minifigs'] as const),
  ...(['inventories', 'inventoryParts', 'inventorySets', 'inventoryMinifigs'] as const),
];

const PROGRESS_ROWS = 10_000;

const count = (counts: TableCount, result: RowResult<unknown>): TableCount => {
  const kind = typeof result === 'string' ? result : 'imported';
  return { ...counts, [kind]: counts[kind] + 1 };
};

/** Imports a dump as the newest release, unless that is what it already is. Throws `DumpUnreadable`. */
export const importCatalogue = async (
  dump: CatalogueDump,
  store: CatalogueStore,
  onProgress: OnProgress,
): Promise<ImportResult> => {
  const id = await dump.id();
  const existing = await store.newestIf(id);
  if (existing !== undefined) return { release: existing, counts: 'already-there' };

  const release = await store.begin(id);
  const readers = createDumpReaders();
  const counts: { [Name in TableName]?: TableCount } = {};

  const importTable = async <Name extends TableName>(table: Name, reader: DumpReaders[Name]): Promise<void> => {
    const { file, columns, read } = reader;
    const rows = dump.rows(file, columns);
    if (rows === undefined && REQUIRED_TABLES.has(table))
      throw new DumpUnreadable(`There is no ${file}.csv or ${file}.csv.gz.`);
    if (rows === undefined) return;

    let tableCount: TableCount = { imported: 0, dangling: 0, unreadable: 0, repeated: 0 };
    const importedRows = async function* (): AsyncGenerator<CatalogueTables[Name]> {
      let rowsRead = 0;
      for await (const row of rows) {
        const result = read(row);
        tableCount = count(tableCount, result);
        if (typeof result === 'object') yield result.row;
        rowsRead += 1;
        if (rowsRead % PROGRESS_ROWS === 0) onProgress(table, tableCount, false);
      }
    };
    await store.fill(release, table, importedRows());
    counts[table] = tableCount;
    onProgress(table, tableCount, true);
  };

  for (const table of TABLE_ORDER) await importTable(table, readers[table]);
  await store.publish(release, counts);
  return { release, counts };
};
