import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import { copyStore } from './copy/copy.ts';
import { verifyCopy } from './copy/verify.ts';

const USAGE = `npm run event-store -- COMMAND

  copy --from URL --to URL [--progress FILE]   copies every stream without $, resumable; changes nothing the second time
  copy --from URL --to URL --verify            compares both sides event by event, writes nothing

URL is a connection string: esdb://user:password@host:2113?tls=true&tlsCAFile=ca.crt`;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  progress: { type: 'string' },
  verify: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

class UsageError extends Error {}

const required = (options: Options, name: 'from' | 'to'): string => {
  const value = options[name];
  if (value === undefined) throw new UsageError(`--${name} is missing: the connection string of the store.`);
  return value;
};

/** One file for each pair of stores, without the passwords that their URLs may hold. */
const progressPath = (from: string, to: string): string => {
  const pair = createHash('sha256').update(`${from}\n${to}`).digest('hex').slice(0, 16);
  return join(process.env['LEGO_MOC_DATA_DIR'] ?? '.data', 'event-store-copy', `${pair}.json`);
};

const withClients = async <T>(
  from: string,
  to: string,
  work: (from: EventStoreDBClient, to: EventStoreDBClient) => Promise<T>,
): Promise<T> => {
  const clients = [EventStoreDBClient.connectionString(from), EventStoreDBClient.connectionString(to)] as const;
  try {
    return await work(...clients);
  } finally {
    await Promise.all(clients.map((client) => client.dispose()));
  }
};

const copy = (fromUrl: string, toUrl: string, path: string): Promise<number> =>
  withClients(fromUrl, toUrl, async (from, to) => {
    const startedAt = performance.now();
    const { copied, withoutTime, truncated, deleted } = await copyStore({
      from,
      to,
      progressPath: path,
      onProgress: ({ copied: soFar, share }) => {
        console.error(`${soFar} events, ${(share * 100).toFixed(1)} % of the log`);
      },
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    console.log(`${copied} events copied in ${seconds.toFixed(1)} s, ${Math.round(copied / seconds)} a second`);
    if (withoutTime > 0) console.log(`${withoutTime} of them have no room for their original time in their metadata`);
    for (const { stream, gone } of truncated)
      console.log(`${stream}: its first ${gone} events are gone in the source; the others keep their numbers`);
    if (deleted.length > 0) console.log(`${deleted.length} streams are deleted for good, as in the source`);
    return 0;
  });

const verify = (fromUrl: string, toUrl: string): Promise<number> =>
  withClients(fromUrl, toUrl, async (from, to) => {
    const { compared, differences } = await verifyCopy(from, to);
    for (const { stream, revision, what } of differences) console.log(`${revision}@${stream}: ${what} differs`);
    console.log(`${compared} events compared, ${differences.length} differ`);
    return differences.length === 0 ? 0 : 1;
  });

const run = (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(USAGE);
    return Promise.resolve(0);
  }
  if (positionals.length !== 1 || positionals[0] !== 'copy') throw new UsageError(`Choose a command.\n\n${USAGE}`);
  const [from, to] = [required(values, 'from'), required(values, 'to')];
  return values.verify ? verify(from, to) : copy(from, to, values.progress ?? progressPath(from, to));
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
