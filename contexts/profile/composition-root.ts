import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { requireRole } from '@lego-moc/auth-middleware/authenticate';
import type { Cache } from '@lego-moc/cache/cache';
import { inProcessCache } from '@lego-moc/cache/in-process-cache';
import { redisCache } from '@lego-moc/cache/redis-cache';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import type { ApiOptions } from '@lego-moc/http/api';
import { idempotent } from '@lego-moc/http/idempotency';
import { deleteReplies, postgresIdempotencyStore } from '@lego-moc/http/postgres-idempotency-store';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { openPrivateObjects } from '@lego-moc/object-storage/private-objects';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { PROJECTION_CONTRACTS, projectionsRouter } from '@lego-moc/read-models/ops-router';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { followProjection, type RunningProjection } from '@lego-moc/read-models/run-projection';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { connectRedis, type Redis } from '@lego-moc/redis/connect';
import { serviceApi, type ServiceApi } from '@lego-moc/service/service-api';
import { cachedProfiles } from './adapters/cache/cached-profiles.ts';
import { profileCodec } from './adapters/event-store/profile-codec.ts';
import { sealedStreams } from './adapters/event-store/sealed-streams.ts';
import { localSecret } from './adapters/local-secret/local-secret.ts';
import { avatarRoutes, readAvatarBody } from './adapters/http/avatars.route.ts';
import { CONTRACTS } from './adapters/http/contracts.ts';
import { exportRoute } from './adapters/http/export.route.ts';
import { identityEventRoutes } from './adapters/http/identity-events.route.ts';
import { requireCaller } from './adapters/http/own-profile.ts';
import { profileRoutes } from './adapters/http/profiles.route.ts';
import { signedWebhooks } from './adapters/identity/signed-webhooks.ts';
import { storedAvatars } from './adapters/object-storage/stored-avatars.ts';
import { profiles } from './adapters/read-models/profiles.ts';
import { latestProfile, storedProfiles } from './adapters/read-models/stored-profiles.ts';
import { avatarProcessor } from './adapters/images/avatar-processor.ts';
import { masterKeys, type MasterKeys } from './adapters/vault/master-keys.ts';
import { postgresKeyVault } from './adapters/vault/postgres-key-vault.ts';
import { openOnFirstUse } from './application/first-use.ts';
import { eraseUser, type EraseUser, type UserData } from './application/erasure.ts';
import { applyIdentityChange, type ApplyIdentityChange } from './application/identity-changes.ts';
import type { Avatars } from './application/ports/avatars.ts';
import type { KeyVault } from './application/ports/key-vault.ts';
import type { ProfileReader } from './application/ports/profile-reader.ts';
import { lastSeenProfile, type ProfileStates } from './application/profile-states.ts';
import type { SealedProfileEvent } from './application/sealed-events.ts';
import type { Config } from './config.ts';
import { profileDecider, type ProfileCommand, type ProfileRejection } from './domain/profile.ts';
import type { ProfileEvent } from './domain/profile-events.ts';

export const SERVICE = 'profile';

type Handle = HandleCommand<ProfileCommand, ProfileRejection>;

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const PROFILE = {
  config: token<Config>('config'),
  clock: token<Clock>('clock'),
  logger: token<Logger>('logger'),
  eventStore: token<EventStoreClient>('event-store'),
  database: token<Database>('database'),
  redis: token<Redis | undefined>('redis'),
  cache: token<Cache>('cache'),
  masterKeys: token<MasterKeys>('master-keys'),
  vault: token<KeyVault>('vault'),
  avatars: token<Avatars>('avatars'),
  sealed: token<EventStreams<SealedProfileEvent>>('sealed-streams'),
  streams: token<EventStreams<ProfileEvent>>('profile-streams'),
  states: token<ProfileStates>('profile-states'),
  handle: token<Handle>('handle-profile-command'),
  reader: token<ProfileReader>('profile-reader'),
  readModel: token<RunningProjection>('profiles'),
  forgetting: token<UserData>('forgetting'),
  erase: token<EraseUser>('erase-user'),
  hear: token<ApplyIdentityChange>('hear-identity-news'),
  routes: token<ApiOptions['routes']>('routes'),
  api: token<ServiceApi>('api'),
};

const api = (config: Config, logger: Logger, eventStore: EventStoreClient, routes: ApiOptions['routes']): ServiceApi =>
  serviceApi({
    service: SERVICE,
    logger,
    trust: config,
    eventStore,
    contracts: [...CONTRACTS, ...PROJECTION_CONTRACTS],
    routes,
  });

const outside = new ContainerModule(({ bind }) => {
  const { config, clock, logger, database, redis } = PROFILE;
  bind(PROFILE.eventStore).toResolvedValue((set: Config) => connectEventStore(set.eventStoreUrl), [config]);
  bind(database).toResolvedValue((set: Config) => openDatabase(set.databaseUrl, { schema: SERVICE }), [config]);
  bind(redis).toResolvedValue(
    ({ redisUrl }: Config, log: Logger) => (redisUrl === undefined ? undefined : connectRedis(redisUrl, log)),
    [config, logger],
  );
  bind(PROFILE.cache).toResolvedValue(
    (shared: Redis | undefined, log: Logger) =>
      shared === undefined ? inProcessCache() : redisCache(shared, { prefix: `${SERVICE}:`, logger: log }),
    [redis, logger],
  );
  bind(PROFILE.masterKeys).toResolvedValue(
    (set: Config) => masterKeys(set.masterKeys ?? [localSecret(set.secretsFolder, 'profile.master-key')]),
    [config],
  );
  bind(PROFILE.vault).toResolvedValue(postgresKeyVault, [database, PROFILE.masterKeys]);
  bind(PROFILE.avatars).toResolvedValue(
    (set: Config, now: Clock) => storedAvatars(openPrivateObjects(set.avatars, now)),
    [config, clock],
  );
});

const inside = new ContainerModule(({ bind }) => {
  const { eventStore, database, sealed, streams, vault, handle, reader, logger } = PROFILE;
  bind(sealed).toResolvedValue(
    (client: EventStoreClient) => eventStoreDbStreams(client, 'profile', profileCodec),
    [eventStore],
  );
  bind(streams).toResolvedValue(sealedStreams, [sealed, vault]);
  bind(PROFILE.states).toResolvedValue(
    (all: EventStreams<ProfileEvent>) => foldedStates(profileDecider, all),
    [streams],
  );
  bind(handle).toResolvedValue((states: ProfileStates) => states.handle, [PROFILE.states]);
  bind(reader).toResolvedValue(
    (cache: Cache, db: Database, keys: KeyVault, all: EventStreams<ProfileEvent>, states: ProfileStates) => ({
      ...cachedProfiles(cache, storedProfiles(db, keys, all)),
      latest: latestProfile(all),
      lastSeen: lastSeenProfile(states),
    }),
    [PROFILE.cache, database, vault, streams, PROFILE.states],
  );
  bind(PROFILE.readModel).toResolvedValue(
    (client: EventStoreClient, db: Database, log: Logger) =>
      followProjection(
        { client, store: postgresReadModels(db), context: SERVICE, logger: log },
        profiles,
        profileCodec,
      ),
    [eventStore, database, logger],
  );
  bind(PROFILE.forgetting).toResolvedValue(
    (keys: KeyVault, avatars: Avatars, db: Database) => ({ vault: keys, avatars, deleteReplies: deleteReplies(db) }),
    [vault, PROFILE.avatars, database],
  );
  bind(PROFILE.erase).toResolvedValue(eraseUser, [handle, reader, PROFILE.forgetting]);
  bind(PROFILE.hear).toResolvedValue(applyIdentityChange, [handle, reader, PROFILE.erase, PROFILE.clock]);
});

const outward = new ContainerModule(({ bind }) => {
  const { handle, reader, clock, avatars, streams, config, logger } = PROFILE;
  bind(PROFILE.routes).toDynamicValue((it) => {
    const now = it.get(clock);
    const own = { handle: it.get(handle), reader: it.get(reader), open: openOnFirstUse(it.get(handle), now) };
    const { webhookSecrets, secretsFolder } = it.get(config);
    const secrets = webhookSecrets ?? [localSecret(secretsFolder, 'profile.identity-webhook-secret')];
    return [
      identityEventRoutes(signedWebhooks(secrets, now), it.get(PROFILE.hear)),
      requireCaller,
      readAvatarBody,
      idempotent(postgresIdempotencyStore(it.get(PROFILE.database)), { logger: it.get(logger) }),
      exportRoute({ ...own, streams: it.get(streams), avatars: it.get(avatars), now }),
      profileRoutes({ ...own, erase: it.get(PROFILE.erase), now }),
      avatarRoutes({ ...own, avatars: it.get(avatars), avatarProcessor: avatarProcessor(imageProcessor()) }),
      projectionsRouter(() => [it.get(PROFILE.readModel)], requireRole('operator')),
    ];
  });
  bind(PROFILE.api).toResolvedValue(api, [config, logger, PROFILE.eventStore, PROFILE.routes]);
});

/** The only file of the service that knows inversify. Tests rebind a token; nothing else is injected. */
export const compose = (config: Config): Container => {
  const it = new Container({ defaultScope: 'Singleton' });
  it.bind(PROFILE.config).toConstantValue(config);
  it.bind(PROFILE.clock).toConstantValue(systemClock);
  it.bind(PROFILE.logger).toConstantValue(createLogger(SERVICE, config.logLevel));
  it.load(outside, inside, outward);
  return it;
};
