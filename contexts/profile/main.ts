import { idempotencyMigration } from '@lego-moc/http/postgres-idempotency-store';
import { runService } from '@lego-moc/service/run-service';
import { migrate } from '@lego-moc/postgres/migrations';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { erasedUsers } from './adapters/event-store/erased-users.ts';
import { profileCodec } from './adapters/event-store/profile-codec.ts';
import { profiles } from './adapters/read-models/profiles.ts';
import { keyVaultMigration, rewrapKeys } from './adapters/vault/postgres-key-vault.ts';
import { sweepAvatars } from './application/avatar-sweep.ts';
import { sweepErased } from './application/erased-sweep.ts';
import { eraseUserData } from './application/erasure.ts';
import { reactions } from './background.ts';
import { compose, PROFILE, SERVICE } from './composition-root.ts';
import { readConfig } from './config.ts';
import { sweeps } from './sweeps.ts';

const config = readConfig(process.env);
const service = compose(config);
const logger = service.get(PROFILE.logger);
const database = service.get(PROFILE.database);
const reader = service.get(PROFILE.reader);

await runService({
  port: config.port,
  logger,
  api: service.get(PROFILE.api),
  prepare: async () => {
    await migrate(database, SERVICE, [idempotencyMigration, keyVaultMigration]);
    await postgresReadModels(database).prepare(streamDefinition(profiles, profileCodec));
  },
  check: () => database.one('SELECT 1 AS there'),
  work: () => {
    rewrapKeys(database.withoutTimeouts, service.get(PROFILE.masterKeys)).then(
      (keys) => keys > 0 && logger.info('Keys of users are wrapped by the newest master key', { keys }),
      (error: unknown) => logger.error('Keys of users are not all wrapped by the newest master key', { error }),
    );
    const readModel = service.get(PROFILE.readModel);
    const reacting = reactions({
      client: service.get(PROFILE.eventStore),
      sealed: service.get(PROFILE.sealed),
      reader,
      states: service.get(PROFILE.states),
      forgetting: service.get(PROFILE.forgetting),
      logger,
    });
    const sweeping = sweeps({
      avatars: sweepAvatars(service.get(PROFILE.avatars), reader, service.get(PROFILE.clock)),
      erased: sweepErased({
        erased: erasedUsers(service.get(PROFILE.eventStore)),
        vault: service.get(PROFILE.vault),
        forget: eraseUserData(service.get(PROFILE.forgetting)),
      }),
      logger,
    });
    return async () => {
      await Promise.all([readModel, ...reacting, sweeping].map((running) => running.stop()));
    };
  },
  close: async () => {
    await service.get(PROFILE.eventStore).dispose();
    service.get(PROFILE.redis)?.disconnect();
    await database.close();
  },
});
