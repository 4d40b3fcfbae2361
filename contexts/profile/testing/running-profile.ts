import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { idempotencyMigration } from '@lego-moc/http/postgres-idempotency-store';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { createLogger } from '@lego-moc/logger/logger';
import { migrate } from '@lego-moc/postgres/migrations';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { PassThrough } from 'node:stream';
import { profileCodec } from '../adapters/event-store/profile-codec.ts';
import { profiles } from '../adapters/read-models/profiles.ts';
import { keyVaultMigration } from '../adapters/vault/postgres-key-vault.ts';
import { reactions } from '../background.ts';
import { compose, PROFILE, SERVICE } from '../composition-root.ts';
import { readConfig } from '../config.ts';

/** The service as `main.ts` runs it, without its port: on a real event store and a real PostgreSQL. */
export const runningProfile = async (env: NodeJS.ProcessEnv = {}) => {
  const [eventStore, postgres] = await Promise.all([eventStoreForTests(), postgresForTests()]);
  const dataDir = await mkdtemp(join(tmpdir(), 'lego-moc-profile-'));
  const config = readConfig({
    EVENTSTORE_URL: eventStore.url,
    DATABASE_URL: await postgres.databaseUrl(SERVICE),
    LEGO_MOC_DATA_DIR: dataDir,
    SERVICE_JWKS_PATH: join(dataDir, 'none'),
    ...env,
  });
  const service = compose(config);
  const log = new PassThrough();
  const lines: string[] = [];
  log.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));
  service.rebind(PROFILE.logger).toConstantValue(createLogger(SERVICE, 'debug', log));
  service.rebind(PROFILE.eventStore).toConstantValue(eventStore.client);

  const database = service.get(PROFILE.database);
  await migrate(database, SERVICE, [idempotencyMigration, keyVaultMigration]);
  await postgresReadModels(database).prepare(streamDefinition(profiles, profileCodec));
  const begin = () => [
    service.get(PROFILE.readModel),
    ...reactions({
      client: eventStore.client,
      sealed: service.get(PROFILE.sealed),
      reader: service.get(PROFILE.reader),
      states: service.get(PROFILE.states),
      forgetting: service.get(PROFILE.forgetting),
      logger: service.get(PROFILE.logger),
    }),
  ];
  const running = begin();

  const end = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.stop()));
    service.get(PROFILE.redis)?.disconnect();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  let ended: Promise<void> | undefined;
  /** Before another one begins that is not to share its work: they have groups of the same names. */
  const stop = (): Promise<void> => (ended ??= end());
  closeAfterAllTests(stop);
  return { service, database, client: eventStore.client, config, logged: () => lines.join(''), stop };
};

/** A user that no other test knows. */
export const newUserId = (): UserId => newId() as UserId;

/** What `look` finds, once it finds something; fails after ten seconds. */
export const eventually = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (const until = performance.now() + 10_000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error('It did not come');
    await sleep(25);
  }
};
