import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { Call } from '../contracts/client.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const READY_WITHIN_MS = 30_000;

/** The service as a process of its own, to be killed and started again on the same data. */
export type RunningService = {
  readonly start: () => Promise<void>;
  /** SIGKILL: no chance to tidy up. */
  readonly kill: () => Promise<void>;
  /** Calls it as another service does. */
  readonly call: Call;
  readonly url: string;
};

const waitForExit = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

/** Prepares keys, an empty database and a port; nothing runs before `start`. */
export const runningService = async (fileStorageUrl: string): Promise<RunningService> => {
  const folder = await mkdtemp(join(tmpdir(), 'file-processing-'));
  closeAfterAllTests(() => rm(folder, { recursive: true, force: true }));
  await ensureServiceKeys(folder, ['moc-management', 'file-processing']);
  const postgres = await postgresForTests();
  const eventStore = await eventStoreForTests();
  const databaseUrl = await postgres.databaseUrl('file_processing');
  const url = `http://127.0.0.1:${await getPort()}`;
  const sign = signerFromFile(join(folder, 'moc-management.jwk.json'), 'moc-management');
  const env = {
    ...process.env,
    ...{ PORT: new URL(url).port, LOG_LEVEL: 'warn', DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStore.url },
    FILE_STORAGE_URL: fileStorageUrl,
    SERVICE_KEY_PATH: join(folder, 'file-processing.jwk.json'),
    SERVICE_JWKS_PATH: join(folder, 'services.jwks.json'),
  };
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    child?.kill('SIGKILL');
    if (child !== undefined) await waitForExit(child);
    child = undefined;
  };
  closeAfterAllTests(kill);

  const isReady = (): Promise<boolean> =>
    fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );

  return {
    url,
    kill,
    start: async () => {
      child = fork(MAIN, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      await pollUntil('the service is ready', isReady, Boolean, READY_WITHIN_MS);
    },
    call: async ({ method, path, body }) => {
      const reply = await fetch(`${url}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(await sign('file-processing', { method, path: path.split('?', 1)[0] ?? '' })),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: reply.status, body: await reply.json() };
    },
  };
};
