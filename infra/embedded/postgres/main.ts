import { clusterDir } from './admin.ts';
import { reserveLog } from './reserve-log.ts';
import { startPostgres } from './start-postgres.ts';

/** By then the services have started; they need the disk more. */
const RESERVE_AFTER_MS = 5_000;

const stopAsked = Promise.withResolvers<'asked'>();
const onStop = (): void => stopAsked.resolve('asked');
process.on('SIGTERM', onStop).on('SIGINT', onStop).on('disconnect', onStop);

// A log on a full disk must not end this process, and PostgreSQL with it.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
const log = (line: string): void => void process.stderr.write(`${line}\n`);

const { PORT: port } = process.env;
const dataDir = clusterDir(process.env['LEGO_MOC_DATA_DIR'] ?? '.data');
const postgres = await startPostgres({ dataDir, ...(port === undefined ? {} : { port: Number(port) }), log });
if (process.send === undefined) process.stdout.write(`PostgreSQL listens on 127.0.0.1:${postgres.port}\n`);
else process.send({ ready: true, url: postgres.url });

const reserve = async (): Promise<void> => {
  try {
    if (!(await reserveLog(postgres.url, dataDir))) log('Too little room on the disk to reserve any for the log');
  } catch (error) {
    log(`The log has no reserve: ${(error as Error).message}`);
  }
};
setTimeout(() => void reserve(), RESERVE_AFTER_MS);

const why = await Promise.race([stopAsked.promise, postgres.exit.then(() => 'unasked' as const)]);
await postgres.stop();
// An unexpected end exits with an error, so that the launcher starts it again.
process.exit(why === 'asked' ? 0 : 1);
