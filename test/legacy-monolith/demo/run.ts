import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import getPort from 'get-port';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { exitWithError, formatSeconds, launch, print } from '@lego-moc/local/launch';
import { besideMonolith, serveMonolith } from '../beside-platform.ts';
import { fillWithMessyData } from '../messy-data.ts';
import { startLoad } from './load.ts';
import { startMonolithDatabase } from './monolith-database.ts';
import { createOperator } from './operator.ts';

const USAGE = `Usage: npm run demo:migration [-- --once] [--rows N]
  --once     ends when everything is shown, instead of running on
  --rows N   wishes that the monolith has to begin with (3,000)`;

const WRITERS = Array.from({ length: 8 }, (_, number) => `demo-writer-${String(number)}`);
const READERS = Array.from({ length: 12 }, (_, number) => `demo-reader-${String(number)}`);

/** A twentieth of the evidence that a real migration waits for: the demo has a dozen users and a minute. */
const DEMO_SETTINGS = { MIGRATION_TOLERANCE: '20', RATE_LIMIT_SCALE: '100' };

const readArguments = (): { readonly once: boolean; readonly rows: number } => {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean', default: false }, rows: { type: 'string', default: '3000' } },
    });
    return { once: values.once, rows: Number(values.rows) };
  } catch (error) {
    return exitWithError(`${(error as Error).message}\n${USAGE}`);
  }
};

const CANARY = [1, 10, 50, 100] as const;

type Operator = Awaited<ReturnType<typeof createOperator>>;

const startedAt = Date.now();
const step = (text: string): void => print(`\n${formatSeconds(Date.now() - startedAt).padStart(7)}  ${text}`);

const growCanary = async (operator: Operator, percents: readonly number[]): Promise<void> => {
  for (const percent of percents) {
    step(`${String(percent)} % of the users: as soon as the gates have seen enough`);
    await operator.untilGatesPass();
    await operator.move('advance', 'the gates pass', 'canary', percent);
  }
};

const migrate = async (operator: Operator): Promise<void> => {
  step('The platform begins to follow the monolith, and copies what was there before');
  await operator.run('backfill', 'wishlist', '--reason', 'begin to follow');
  step('Both sides have the same rows');
  await operator.isAudited();
  step('In shadow the monolith answers, and the platform is asked in the background');
  await operator.move('advance', 'rows agree', 'shadow', 0);
  await growCanary(operator, CANARY.slice(0, 3));
  step('Half of the users are on the platform. Back to the monolith, in one call, while they write');
  await operator.move('rollback', 'to show the way back', 'shadow', 0);
  step('Nothing was lost by it');
  await operator.isAudited();
  await growCanary(operator, CANARY);
  step('All users are on the platform, and the monolith follows');
  await operator.untilGatesPass();
  await operator.move('advance', 'the gates pass', 'live', 100);
  await operator.untilGatesPass();
  await operator.move('advance', 'the gates pass', 'rampdown', 100);
};

const demonstrate = async (url: string, dataDir: string): Promise<void> => {
  print(`The console shows the same: ${url}/console/migration?capability=wishlist`);
  const operator = await createOperator({ url, dataDir, print });
  step(
    `${String(WRITERS.length)} users write and ${String(READERS.length)} read their wishlists through the gateway, all the time`,
  );
  const load = await startLoad({ url, dataDir, writers: WRITERS, readers: READERS });
  await migrate(operator);
  step('The load ends; the last comparison of all rows');
  const reports = await load.stop();
  const isAudited = await operator.isAudited();
  await operator.move('advance', 'all rows agree', 'complete', 100);
  const { writes, refusals, longestMs, lost } = await load.check(reports);
  step(
    `${writes.toLocaleString('en')} writes were acknowledged, ${String(lost.length)} of them lost; ` +
      `${String(refusals)} were asked to come back, and the longest took ${formatSeconds(longestMs)}`,
  );
  for (const title of lost) print(`  lost: ${title}`);
  if (!isAudited || lost.length > 0) throw new Error('The sides do not agree.');
  step('The wishlist has moved.');
};

const { once, rows } = readArguments();
process.env['LEGO_MOC_DATA_DIR'] ??= mkdtempSync(join(tmpdir(), 'demo-migration-'));
const dataDir = process.env['LEGO_MOC_DATA_DIR'];
print('Starting the monolith, with what years of use leave in its tables …');
const database = await startMonolithDatabase(dataDir);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void database.stop());
await fillWithMessyData(database.db, {
  seed: 'demo',
  wishes: rows,
  users: 200,
  owners: [...READERS, ...WRITERS].map(devUserId),
});
const port = await getPort();
Object.assign(process.env, besideMonolith(database.url, port), DEMO_SETTINGS);
const platform = await launch();
const stopMonolith = await serveMonolith(database.db, port, platform.ports);

const stop = async (): Promise<void> => {
  await platform.stop();
  await stopMonolith();
  await database.stop();
};
try {
  await demonstrate(platform.url, dataDir);
} catch (error) {
  await stop();
  exitWithError(`The demo failed: ${(error as Error).message}\nThe services' logs are in ${join(dataDir, 'logs')}.`);
}
if (once) {
  await stop();
  process.exit(0);
}
