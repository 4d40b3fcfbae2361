import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import { OPTIONAL_SERVICES, SERVICES } from '../../contexts/registry.ts';
import { connectionString, EMBEDDED_STORE, withoutPassword } from './embedded-url.ts';
import { copyStore } from './copy/copy.ts';
import { verifyCopy } from './copy/verify.ts';
import { loadPasswords, makePassword, savePasswords } from './prepare/password-file.ts';
import { prepareStore } from './prepare/prepare.ts';
import { userApi } from './prepare/user-api.ts';

const USAGE = `npm run event-store -- COMMAND

  prepare --url URL [--dry-run]                makes a secured store ready for the platform: an account per service in
                                               $ops, access lists; prints what it changes, nothing the second time
          [--passwords FILE]                   passwords by account, as JSON; those that are missing are made and added
          [--services NAME,NAME]               instead of all services of the platform
  copy --from URL --to URL [--progress FILE]   copies every stream without $, resumable; changes nothing the second time
  copy --from URL --to URL --verify            compares both sides event by event, writes nothing
  url                                          prints the administrator's connection string of the embedded event
                                               store without its password, and where that is

URL is a connection string, or 'embedded' for the event store that the platform has started here; for prepare it needs an administrator's account: esdb://user:password@host:2113?tls=true&tlsCAFile=ca.crt`;

const OPTIONS = {
  url: { type: 'string' },
  passwords: { type: 'string' },
  services: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  from: { type: 'string' },
  to: { type: 'string' },
  progress: { type: 'string' },
  verify: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The services, and the relay that publishes their integration events outside. */
const ACCOUNTS = [...[...SERVICES, ...OPTIONAL_SERVICES].map(({ name }) => name), 'event-bus-relay'];

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

class UsageError extends Error {}

const dataPath = (...parts: readonly string[]): string => join(process.env['LEGO_MOC_DATA_DIR'] ?? '.data', ...parts);

const storeUrlOf = (options: Options, name: 'from' | 'to' | 'url'): string => {
  const value = options[name];
  if (value === undefined) throw new UsageError(`--${name} is missing: the connection string of the store.`);
  return connectionString(value, dataPath());
};

/** One file for each pair of stores, without the passwords in their URLs. */
const progressPath = (from: string, to: string): string => {
  const pair = createHash('sha256').update(`${from}\n${to}`).digest('hex').slice(0, 16);
  return dataPath('event-store-copy', `${pair}.json`);
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
    for (const { stream, missingEvents } of truncated)
      console.log(`${stream}: its first ${missingEvents} events are gone in the source; the others keep their numbers`);
    if (deleted.length > 0) console.log(`${deleted.length} streams are deleted for good, as in the source`);
    return 0;
  });

const verify = (fromUrl: string, toUrl: string): Promise<number> =>
  withClients(fromUrl, toUrl, async (from, to) => {
    const { comparisons, differences } = await verifyCopy(from, to);
    for (const { stream, revision, aspect } of differences) console.log(`${revision}@${stream}: ${aspect} differs`);
    console.log(`${comparisons} events compared, ${differences.length} differ`);
    return differences.length === 0 ? 0 : 1;
  });

const prepare = async (options: Options): Promise<number> => {
  const url = storeUrlOf(options, 'url');
  const dryRun = options['dry-run'];
  const path = options.passwords ?? dataPath('event-store-accounts.json');
  const services = options.services?.split(',') ?? ACCOUNTS;
  const users = userApi(url);
  const client = EventStoreDBClient.connectionString(url);
  try {
    const savedPasswords = await loadPasswords(path);
    // Written before the accounts are made: an account whose password nobody knows would be lost.
    const passwords = { ...Object.fromEntries(services.map((name) => [name, makePassword()])), ...savedPasswords };
    if (!dryRun) await savePasswords(path, passwords);
    const changes = await prepareStore({ client, users, services, passwords, dryRun });
    for (const change of changes) console.log(dryRun ? `would change: ${change}` : change);
    if (changes.length === 0) console.log('Nothing to change.');
    else if (!dryRun) console.log(`Passwords are in ${path}; give each service its own in EVENTSTORE_URL.`);
    return 0;
  } finally {
    await Promise.all([users.close(), client.dispose()]);
  }
};

const showUrl = (): Promise<number> => {
  console.log(withoutPassword(connectionString(EMBEDDED_STORE, dataPath())));
  console.log(`Its password is in ${dataPath('keys', 'admin.event-store-password')}.`);
  return Promise.resolve(0);
};

const run = (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(USAGE);
    return Promise.resolve(0);
  }
  const [command, ...others] = positionals;
  if (command === 'url' && others.length === 0) return showUrl();
  if (command === 'prepare' && others.length === 0) return prepare(values);
  if (command !== 'copy' || others.length > 0) throw new UsageError(`Choose a command.\n\n${USAGE}`);
  const [from, to] = [storeUrlOf(values, 'from'), storeUrlOf(values, 'to')];
  return values.verify ? verify(from, to) : copy(from, to, values.progress ?? progressPath(from, to));
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
