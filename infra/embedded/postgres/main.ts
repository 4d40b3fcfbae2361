import { clusterDir } from './admin.ts';
import { startPostgres } from './start-postgres.ts';

const stopAsked = Promise.withResolvers<'asked'>();
const onStop = (): void => stopAsked.resolve('asked');
process.on('SIGTERM', onStop).on('SIGINT', onStop).on('disconnect', onStop);

const { PORT: port } = process.env;
const postgres = await startPostgres({
  dataDir: clusterDir(process.env['LEGO_MOC_DATA_DIR'] ?? '.data'),
  ...(port === undefined ? {} : { port: Number(port) }),
  log: (line) => void process.stderr.write(`${line}\n`),
});
if (process.send === undefined) process.stdout.write(`PostgreSQL listens on 127.0.0.1:${postgres.port}\n`);
else process.send({ ready: true, url: postgres.url });

const why = await Promise.race([stopAsked.promise, postgres.ended.then(() => 'unasked' as const)]);
await postgres.stop();
// An unexpected end exits with an error, so that the launcher starts it again.
process.exit(why === 'asked' ? 0 : 1);
