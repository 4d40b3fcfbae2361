import { parseArgs } from 'node:util';
import { openDatabase } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { dumpFolder } from './adapters/catalogue-dump/dump-folder.ts';
import { countChanges } from './adapters/postgres/catalogue-changes.ts';
import { migrations } from './adapters/postgres/migrations.ts';
import { publishedReleases } from './adapters/postgres/newest-release.ts';
import { postgresCatalogueStore } from './adapters/postgres/postgres-catalogue-store.ts';
import { DumpUnreadable, importCatalogue, type OnProgress, type TableCount } from './application/import-catalogue.ts';
import { isUnreachable, operatorDatabaseUrl } from './operator-database.ts';

const SCHEMA = 'file_processing';

const printLine = (line: string): void => void process.stdout.write(`${line}\n`);
const formatNumber = (number: number): string => number.toLocaleString('en');

const lineFor = (table: string, { imported, dangling, unreadable, repeated }: TableCount): string => {
  const skippedRows = Object.entries({ dangling, unreadable, repeated }).filter(([, rows]) => rows > 0);
  const leftOut = skippedRows.map(([reason, rows]) => `${formatNumber(rows)} ${reason}`).join(', ');
  return `  ${table.padEnd(14)}${formatNumber(imported).padStart(9)}${leftOut === '' ? '' : `   left out: ${leftOut}`}`;
};

type Difference = Awaited<ReturnType<typeof countChanges>>;

/** Such as `Parts since rebrickable-0d3f5c6a7b8e: +1,133 −321 44 changed, 12 moved`. */
const differenceLine = (since: string, { added, removed, changed, moved }: Difference): string =>
  `Parts since ${since}: +${formatNumber(added)} −${formatNumber(removed)} ${formatNumber(changed)} changed, ${formatNumber(moved)} moved`;

/** One line a table; on a terminal it counts up in place. */
const showProgress: OnProgress = (table, count, isDone) => {
  const line = lineFor(table, count);
  if (process.stdout.isTTY) process.stdout.write(`\r${line}${isDone ? '\n' : ''}`);
  else if (isDone) printLine(line);
};

const run = async (folder: string, url: string): Promise<void> => {
  const began = performance.now();
  const db = openDatabase(url, { schema: SCHEMA, poolMax: 2 });
  try {
    await migrate(db, SCHEMA, migrations);
    printLine(`Importing the catalogue in ${folder}`);
    const [earlier] = await publishedReleases(db);
    const { release, counts } = await importCatalogue(dumpFolder(folder), postgresCatalogueStore(db), showProgress);
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    printLine(
      counts === 'already-there'
        ? `Release ${release.id} is the newest already: nothing to do.`
        : `Release ${release.id} is in use now (${took}). Jobs that run finish with the release they began with.`,
    );
    if (earlier !== undefined && counts !== 'already-there')
      printLine(differenceLine(earlier.id, await countChanges(db.withoutTimeouts, earlier.number, release.number)));
  } finally {
    await db.close();
  }
};

const USAGE = 'Usage: npm run catalogue:import -- DIR   (a folder with the CSV files of Rebrickable, gzipped or plain)';

/** Throws an error that says what to do when the arguments make no command. */
const readFolder = (): string => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  const [folder, ...rest] = positionals;
  if (values.help || folder === undefined || rest.length > 0) throw new Error(USAGE);
  return folder;
};

const main = async (): Promise<number> => {
  const folder = readFolder();
  const url = await operatorDatabaseUrl();
  try {
    await run(folder, url);
    return 0;
  } catch (error) {
    if (error instanceof DumpUnreadable) printLine(error.message);
    else if (isUnreachable(error)) printLine('The database does not answer. Is the platform running (npm start)?');
    else throw error;
    return 1;
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
