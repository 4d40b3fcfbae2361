import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isRejection } from '@lego-moc/kernel/decider';
import { openDatabase } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { readCrossWalkCsv } from './adapters/cross-walk-files/cross-walk-csv.ts';
import { migrations } from './adapters/postgres/migrations.ts';
import { postgresCrossWalk } from './adapters/postgres/postgres-cross-walk.ts';
import { importCrossWalk, type CrossWalkOptions, type CrossWalkResult } from './application/import-cross-walk.ts';
import { isUnreachable, operatorDatabaseUrl } from './operator-database.ts';

const SCHEMA = 'file_processing';

const USAGE = `Imports a table of part numbers, by which lots are found that the catalogue has under another number.

  npm run crosswalk:import -- FILE [--dry-run] [--replace]

  FILE        a CSV with the columns scheme, number, scheme, number, provenance; one of the two schemes is rebrickable,
              the other bricklink, brickowl, ldraw, lego, or rebrickable again (then the first number is the older one)
  --dry-run   counts and stores nothing
  --replace   lets the file win over what earlier imports say

Exits with 1 when rows were refused or the file is no such table, and with 2 when it cannot be read. Repeating an import
is safe.
`;

/** Far more than a million rows take; the file is held in memory. */
const BYTES_MAX = 256 * 1024 * 1024;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const printResult = (result: CrossWalkResult, { dryRun }: CrossWalkOptions): void => {
  const { added, replaced, unchanged, missing, refused } = result;
  const [news, changes, rest, faults] = [added, replaced, unchanged, refused.count].map((n) => n.toLocaleString('en'));
  print(`${news} numbers added, ${changes} replaced, ${rest} there already, ${faults} rows refused`);
  for (const { line, column, detail } of refused.first) print(`  line ${line}, column ${column}: ${detail}`);
  if (missing > 0) print(`${missing.toLocaleString('en')} lead to parts that the newest release does not have.`);
  if (dryRun) print('This was a dry run: nothing is stored.');
};

const readCsv = async (path: string): Promise<string> => {
  const { size } = await stat(path);
  if (size > BYTES_MAX) throw new Error(`${path} is larger than ${BYTES_MAX / 1024 / 1024} MiB; split it.`);
  return readFile(path, 'utf8');
};

const run = async (csv: string, options: CrossWalkOptions, url: string): Promise<number> => {
  const db = openDatabase(url, { schema: SCHEMA, poolMax: 2 });
  try {
    await migrate(db, SCHEMA, migrations);
    const result = await importCrossWalk(csv, options, { read: readCrossWalkCsv, store: postgresCrossWalk(db) });
    if (isRejection(result)) print(result.because);
    else printResult(result, options);
    return isRejection(result) || result.refused.count > 0 ? 1 : 0;
  } finally {
    await db.close();
  }
};

const main = async (): Promise<number> => {
  const flag = { type: 'boolean', default: false } as const;
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': flag, replace: flag, help: flag },
  });
  const [path, ...rest] = positionals;
  if (values.help || path === undefined || rest.length > 0) throw new Error(USAGE);
  const csv = await readCsv(path);
  try {
    return await run(csv, { dryRun: values['dry-run'], replace: values.replace }, await operatorDatabaseUrl());
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    print('The database does not answer. Is the platform running (npm start)?');
    return 1;
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
