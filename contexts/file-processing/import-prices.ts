import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newId } from '@lego-moc/application/new-id';
import { isRejection } from '@lego-moc/kernel/decider';
import { openScope } from '@lego-moc/service/run-context';
import type { ImportResult } from './application/prices/import-prices.ts';
import { fileProcessing } from './context.ts';
import { GUIDES, PLATFORM, type Guide } from './domain/prices/price-events.ts';
import { priceParts } from './prices.ts';

const USAGE = `Imports prices that everybody's estimates may use.

  npm run prices:import -- FILE [--guide stock|sold]

  FILE      a CSV with the columns item, color, new_or_used, qty_avg_price, currency_code
  --guide   offers that are open (stock, unless said) or sales of six months (sold)

Exits with 1 when the file is no CSV of prices, and with 2 when it cannot be read. Repeating an import is safe.
`;

/** A price guide of the whole catalogue is smaller; the file is held in memory. */
const BYTES_MAX = 256 * 1024 * 1024;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const printResult = ({ imported, repeated, refused }: ImportResult): void => {
  const counts = [imported, repeated, refused.count].map((count) => count.toLocaleString('en'));
  print(`${counts[0]} prices imported, ${counts[1]} repeated in the file, ${counts[2]} rows refused`);
  for (const { line, field, detail } of refused.first) print(`  line ${line}, ${field}: ${detail}`);
};

const readCsv = async (path: string): Promise<string> => {
  const { size } = await stat(path);
  if (size > BYTES_MAX) throw new Error(`${path} is larger than ${BYTES_MAX / 1024 / 1024} MiB; split it.`);
  return readFile(path, 'utf8');
};

const run = async (csv: string, guide: Guide): Promise<number> => {
  const path = join(process.env['LEGO_MOC_DATA_DIR'] ?? '.data', 'env', 'file-processing.env');
  if (process.env['EVENTSTORE_URL'] === undefined && existsSync(path)) process.loadEnvFile(path);
  const { scope, close } = openScope(fileProcessing, { env: { ...process.env, LOG_LEVEL: 'error' } });
  try {
    const commandId = newId();
    const cause = { commandId, correlationId: commandId, actor: 'operator' };
    const result = await priceParts(scope).importPrices(PLATFORM, { csv, guide }, cause);
    if (isRejection(result)) print(result.because);
    else printResult(result);
    return isRejection(result) ? 1 : 0;
  } finally {
    await close();
  }
};

const main = async (): Promise<number> => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { guide: { type: 'string', default: 'stock' }, help: { type: 'boolean', default: false } },
  });
  const [path, ...rest] = positionals;
  const guide = GUIDES.find((name) => name === values.guide);
  if (values.help || path === undefined || rest.length > 0 || guide === undefined) throw new Error(USAGE);
  return run(await readCsv(path), guide);
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
