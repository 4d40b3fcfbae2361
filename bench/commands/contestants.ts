import { once } from 'node:events';
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import getPort from 'get-port';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '@lego-moc/embedded-event-store/server/node-start';
import { provisionSchema } from '@lego-moc/postgres/provision';
import { adopt, startProgram, untilReady, type RunningProgram } from '../measuring/processes.ts';
import type { Contestant } from '../measuring/rounds.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export type Stores = {
  readonly eventStore: RunningProgram & { readonly url: string };
  readonly postgres: RunningProgram & { readonly url: string };
};

const startEventStore = async (folder: string): Promise<Stores['eventStore']> => {
  const port = await getPort();
  const args = ['--db', join(folder, 'event-store'), '--port', String(port)];
  const child = fork(join(ROOT, 'infra/embedded/event-store/main.ts'), args, {
    execArgv: [...NODE_FLAGS],
    env: { ...process.env, ...NODE_ENVIRONMENT },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  adopt(child);
  await Promise.race([untilReady('event store', port, '/health/live'), once(child, 'exit')]);
  return { pid: child.pid ?? 0, port, url: `esdb://127.0.0.1:${port}?tls=false` };
};

/** On disk, in `folder`. */
export const startPostgres = async (folder: string): Promise<Stores['postgres']> => {
  const port = await getPort();
  const child = fork(join(ROOT, 'infra/embedded/postgres/main.ts'), {
    env: { ...process.env, LEGO_MOC_DATA_DIR: folder, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  adopt(child);
  const [{ url }] = (await once(child, 'message')) as [{ readonly url: string }];
  return { pid: child.pid ?? 0, port, url };
};

/** On disk, as in production: acknowledged writes are flushed. */
export const startStores = async (folder: string): Promise<Stores> => ({
  postgres: await startPostgres(folder),
  eventStore: await startEventStore(folder),
});

const databaseFor = (stores: Stores, schema: string): Promise<string> =>
  provisionSchema(stores.postgres.url, { schema, role: schema, password: 'bench' });

type Setting = {
  readonly folder: string;
  readonly stores: Stores;
  readonly jwksUrl: string;
  /** Directory for CPU profiles of the wishlist service. */
  readonly profiles: string | undefined;
};

/** The service that users get, with all its background work: publishing, read model, delayed reorders. */
export const startWishlist = async ({ folder, stores, jwksUrl, profiles }: Setting): Promise<Contestant> => {
  const serviceKeys = join(folder, 'services.jwks.json');
  writeFileSync(serviceKeys, JSON.stringify({ keys: [] }));
  const { pid, port } = await startProgram({
    name: 'wishlist',
    entry: join(ROOT, 'contexts/wishlist/main.ts'),
    readyPath: '/ready',
    execArgv: profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
    env: {
      EVENTSTORE_URL: stores.eventStore.url,
      DATABASE_URL: await databaseFor(stores, 'wishlist'),
      LEGO_MOC_DATA_DIR: folder,
      USER_CONTEXT_JWKS_URL: jwksUrl,
      SERVICE_JWKS_PATH: serviceKeys,
    },
  });
  return { name: 'wishlist', pid, port, behind: [stores.eventStore.pid, stores.postgres.pid] };
};

/** The stores that the services under comparison use. */
const BEHIND = {
  insert: ['postgres'],
  emmett: ['postgres'],
  append: ['eventStore'],
  followed: ['eventStore', 'postgres'],
} as const satisfies Record<string, readonly (keyof Stores)[]>;

/** A service under comparison. */
export const startBeside = async (name: keyof typeof BEHIND, { stores }: Setting): Promise<Contestant> => {
  const program = await startProgram({
    name,
    entry: join(import.meta.dirname, `${name}-service.ts`),
    readyPath: '/ready',
    env: {
      EVENTSTORE_URL: stores.eventStore.url,
      DATABASE_URL: await databaseFor(stores, `bench_${name}`),
    },
  });
  return { name, ...program, behind: BEHIND[name].map((store) => stores[store].pid) };
};
