import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { UserId } from '@lego-moc/kernel/message';
import { createLogger } from '@lego-moc/logger/logger';
import { override } from '@lego-moc/service/resource';
import { eventStore as eventStoreResource, logger } from '@lego-moc/service/resources/core';
import { runContext } from '@lego-moc/service/run-context';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { profile, wireProfile } from '../context.ts';
import { profileParts, type ProfileParts } from '../parts.ts';
import type { ProfileScope } from '../settings.ts';

/** The service as `main.ts` runs it, on a free port, a real event store and a real PostgreSQL. */
export const runningProfile = async (overridden: Readonly<Record<string, string>> = {}) => {
  const [eventStore, postgres] = await Promise.all([eventStoreForTests(), postgresForTests()]);
  const dataDir = await mkdtemp(join(tmpdir(), 'lego-moc-profile-'));
  const env = {
    PORT: '0',
    EVENTSTORE_URL: eventStore.url,
    DATABASE_URL: overridden['DATABASE_URL'] ?? (await postgres.databaseUrl('profile')),
    LEGO_MOC_DATA_DIR: dataDir,
    SERVICE_JWKS_PATH: join(dataDir, 'none'),
    ...overridden,
  };
  const log = new PassThrough();
  const lines: string[] = [];
  log.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));

  let wiring: { readonly scope: ProfileScope; readonly parts: ProfileParts } | undefined;
  const server = await runContext(
    {
      ...profile,
      wire: (scope) => {
        wiring = { scope, parts: profileParts(scope) };
        return wireProfile(scope, wiring.parts);
      },
    },
    {
      env,
      signals: false,
      overrides: [
        override(logger, createLogger('profile', 'debug', log)),
        override(eventStoreResource, eventStore.client),
      ],
    },
  );
  if (wiring === undefined) throw new Error('The context was not wired');
  /** Before another instance starts that must not share its groups: they have the same names. */
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  closeAfterAllTests(stop);
  await pollUntil('the service is ready', async () => (await fetch(`${server.url}/ready`)).ok);
  const { scope, parts } = wiring;
  return { service: parts, database: scope.db, client: eventStore.client, env, logged: () => lines.join(''), stop };
};

/** A user that no other test uses. */
export const newUserId = (): UserId => newId() as UserId;
