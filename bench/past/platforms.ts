import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { startNodeProcess, type NodeProcess } from '@lego-moc/embedded-event-store/contract/node-process';
import { asAdmin, provisionSchema } from '@lego-moc/postgres/provision';
import { familyCpuUs } from '../measuring/machine.ts';
import { startProgram, type RunningProgram } from '../measuring/processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SERVICES = { 'moc-management': 'moc_management', 'file-storage': 'file_storage' } as const;
type ServiceName = keyof typeof SERVICES;
const IDLE_SHARE_MAX = 0.1;
const SAMPLE_MS = 3_000;

export type ServiceStart = RunningProgram & { readonly readyMs: number; readonly cpuMs: number };

/** An event store of its own, a database of its own, and the services that are started on them. */
export type PastPlatform = {
  readonly dataDir: string;
  readonly storeUrl: string;
  readonly startService: (name: ServiceName) => Promise<ServiceStart>;
  readonly restartStore: () => Promise<void>;
  readonly storePid: () => number;
  readonly close: () => Promise<void>;
};

export const cpuMsOf = (pid: number): number => familyCpuUs(pid) / 1_000;

/** Waits until a process uses little of a core: it has caught up. */
const untilIdle = async (pid: number): Promise<void> => {
  for (let before = cpuMsOf(pid); ;) {
    await sleep(SAMPLE_MS);
    const after = cpuMsOf(pid);
    if ((after - before) / SAMPLE_MS < IDLE_SHARE_MAX) return;
    before = after;
  }
};

/** A subscription in any other state than live. */
const NOT_LIVE = /^subscription_state\{.*state="(?!live")\w+".*\} 1$/m;
const LAG = /^subscription_(lag_messages|behind_seconds)\{.*\} [1-9]/m;

/** Waits until every subscription of a service has handled all there is, and the service has come to rest after it. */
export const untilCaughtUp = async ({ pid, port }: RunningProgram): Promise<void> => {
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (metrics.includes('subscription_state') && !NOT_LIVE.test(metrics) && !LAG.test(metrics)) break;
    await sleep(SAMPLE_MS);
  }
  await untilIdle(pid);
};

/** The log of a platform. */
export const storeDirectory = (dataDir: string): string => join(dataDir, 'event-store');

/** `name` must be that of a database that does not exist yet. */
export const openPlatform = async (folder: string, name: string, adminUrl: string): Promise<PastPlatform> => {
  const dataDir = join(folder, name);
  mkdirSync(dataDir, { recursive: true });
  const keys = join(dataDir, 'keys');
  await ensureServiceKeys(keys, Object.keys(SERVICES));
  await asAdmin(adminUrl, (admin) => admin.none(`CREATE DATABASE ${name}`));
  const database = new URL(adminUrl);
  database.pathname = `/${name}`;
  const databaseUrls = new Map<string, string>();
  for (const [service, schema] of Object.entries(SERVICES))
    databaseUrls.set(service, await provisionSchema(database.href, { schema, role: schema, password: 'bench' }));
  const args = ['--db', storeDirectory(dataDir), '--port', String(await getPort())];
  let store: NodeProcess = await startNodeProcess({ args });
  const storeUrl = `${store.connectionString.split('?')[0] ?? ''}?tls=false`;

  return {
    dataDir,
    storeUrl,
    startService: async (service) => {
      const startedAt = performance.now();
      const program = await startProgram({
        name: service,
        entry: join(ROOT, `contexts/${service}/main.ts`),
        readyPath: '/ready',
        env: {
          EVENTSTORE_URL: storeUrl,
          DATABASE_URL: databaseUrls.get(service) ?? '',
          LEGO_MOC_DATA_DIR: dataDir,
          SERVICE_KEY_PATH: join(keys, `${service}.jwk.json`),
          SERVICE_JWKS_PATH: join(keys, 'services.jwks.json'),
        },
      });
      return { ...program, readyMs: performance.now() - startedAt, cpuMs: cpuMsOf(program.pid) };
    },
    restartStore: async () => {
      await store.end('SIGKILL');
      store = await startNodeProcess({ args });
    },
    storePid: () => store.pid,
    close: () => store.end('SIGTERM'),
  };
};
