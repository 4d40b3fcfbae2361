import { reactionTo } from '@lego-moc/event-store/delivered-event';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { derivedId } from '@lego-moc/kernel/ids';
import { localSecret } from '@lego-moc/sealing/local-secret';
import { keysFolder } from '@lego-moc/service/settings';
import { metrics } from '@lego-moc/service/resources/core';
import { signedImageRoute } from '@lego-moc/service/signed-image-route';
import { gaugeReconciliation } from '@lego-moc/service/gauge-reconciliation';
import type { Context } from '@lego-moc/service/run-context';
import { erasureLog } from './adapters/event-store/erasure-log.ts';
import { toIntegrationEvents } from './adapters/event-store/integration-events.ts';
import { profileCodec } from './adapters/event-store/profile-codec.ts';
import { avatarRoutes, readAvatarBody } from './adapters/http/avatars.route.ts';
import { CONTRACTS, readSignedAvatar } from './adapters/http/contracts.ts';
import { exportRoute } from './adapters/http/export.route.ts';
import { identityEventRoutes } from './adapters/http/identity-events.route.ts';
import { requireCaller } from './adapters/http/own-profile.ts';
import { profileRoutes } from './adapters/http/profiles.route.ts';
import { signedWebhooks } from './adapters/identity/signed-webhooks.ts';
import { avatarProcessor } from './adapters/images/avatar-processor.ts';
import { profiles } from './adapters/read-models/profiles.ts';
import { erasureCheckpointMigration, postgresErasureCheckpoint } from './adapters/vault/erasure-checkpoint.ts';
import { keyVaultMigration, rewrapKeys } from './adapters/vault/postgres-key-vault.ts';
import { describeAvatars } from './application/avatar-descriptions.ts';
import { AVATARS_FOLDER, type AvatarProcessor } from './application/ports/avatars.ts';
import { sweepAvatars } from './application/avatar-sweep.ts';
import { eraseRestoredKeys } from './application/restored-keys.ts';
import { eraseUserData } from './application/erasure.ts';
import { openOnFirstUse } from './application/first-use.ts';
import { profilePayloads } from './contracts/integration-events.ts';
import { PROFILE } from './contracts/routes.ts';
import { profileParts, type ProfileParts } from './parts.ts';
import { followProfileChanges, invalidateCache, isErasure, PROFILE_STREAMS, userOf } from './profile-changes.ts';
import { settings, type ProfileScope } from './settings.ts';

const SWEEP_EVERY_MS = 10 * 60_000;
const RETRY_MS = 60_000;

const declareReactions = (it: ProfileScope, parts: ProfileParts): void => {
  const { reader, states, sealed, userData } = parts;
  it.migrate([keyVaultMigration, erasureCheckpointMigration]);
  it.project(profiles, profileCodec);
  it.run(() => followProfileChanges({ client: it.eventStore, reader, states, logger: it.logger }));
  it.on('profile-cache', PROFILE_STREAMS, invalidateCache(reader), { startFrom: 'end' });
  it.publish({ source: PROFILE_STREAMS, translate: toIntegrationEvents(sealed) });
  const erase = eraseUserData(userData);
  it.on('profile-forgetting', PROFILE_STREAMS, async ({ stream, type, data }) => {
    if (isErasure(type, data)) await erase(userOf(stream));
  });
};

/** As many as there are workers. An avatar may take three attempts of a minute each. */
const AVATARS_AT_ONCE = { concurrency: 2, messageTimeoutMs: 200_000 };

/** Avatars that came with a description are skipped; one event in many is of an avatar. */
const declareDescriptions = (it: ProfileScope, parts: ProfileParts, processor: AvatarProcessor): void => {
  const { handle, reader, avatars } = parts;
  const describe = describeAvatars({ handle, reader, avatars, processor });
  it.on(
    'profile-avatar-descriptions',
    { eventTypes: ['profile.AvatarChanged'] },
    async (deliveredEvent) => {
      const event = profileCodec.decode(deliveredEvent.type, deliveredEvent.data);
      if (event?.type !== 'AvatarChanged' || event.data.avatarId === null) return;
      const cause = reactionTo(deliveredEvent, { commandId: derivedId('describe', deliveredEvent.eventId) });
      await describe(userOf(deliveredEvent.stream), event.data.avatarId, cause);
    },
    AVATARS_AT_ONCE,
  );
};

const declareUpkeep = (it: ProfileScope, parts: ProfileParts): void => {
  const { avatars, reader, vault, userData, masterKeys, unreadable } = parts;
  it.every(SWEEP_EVERY_MS, 'The sweep of avatars', sweepAvatars(avatars, reader, it.clock));
  it.untilDone(RETRY_MS, 'Wrapping the keys of users by the newest master key', async () => {
    const keys = await rewrapKeys(it.db.withoutTimeouts, masterKeys);
    if (keys > 0) it.logger.info('Keys of users are wrapped by the newest master key', { keys });
  });
  const eraseRestored = eraseRestoredKeys({
    log: erasureLog(it.eventStore),
    checkpoint: postgresErasureCheckpoint(it.db),
    vault,
    erase: eraseUserData(userData),
  });
  it.every(SWEEP_EVERY_MS, 'The search for restored keys of erased users', async (signal) => {
    const users = await eraseRestored(signal);
    if (users > 0) it.logger.warn('Erased users had keys, as after a restore, and were erased again', { users });
  });
  const serviceMetrics = it.use(metrics);
  const unreadableEvents = serviceMetrics.gauge(
    'profile_unreadable_events',
    'Events of profiles that could not be read since the start, because the key that sealed them is lost.',
  );
  serviceMetrics.beforeExposition(() => {
    unreadableEvents.set(unreadable.count());
    return Promise.resolve();
  });
  if (it.settings.AUTH_SERVICE_URL !== undefined) gaugeReconciliation(serviceMetrics, it.eventStore, it.name);
};

/** Declares the service. */
export const wireProfile = (it: ProfileScope, parts: ProfileParts): ReturnType<Context['wire']> => {
  const { handle, reader, streams, avatars, privateImages, erase } = parts;
  const { LEGO_MOC_DATA_DIR: dataDir, IDENTITY_WEBHOOK_SECRETS: configuredSecrets } = it.settings;
  const secrets = configuredSecrets ?? [localSecret(keysFolder(dataDir), 'profile.identity-webhook-secret')];
  const now = it.clock;
  const own = { handle, reader, open: openOnFirstUse(handle, now) };
  declareReactions(it, parts);
  declareUpkeep(it, parts);
  const processor = avatarProcessor(imageProcessor());
  declareDescriptions(it, parts, processor);
  return [
    signedImageRoute(readSignedAvatar, AVATARS_FOLDER, privateImages),
    identityEventRoutes(signedWebhooks(secrets, now), parts.applyIdentityChange),
    requireCaller,
    readAvatarBody,
    it.idempotency(),
    exportRoute({ ...own, history: streams.history, avatars, now }),
    profileRoutes({ ...own, erase, avatars, now }),
    avatarRoutes({ ...own, avatars, avatarProcessor: processor }),
  ];
};

export const profile: Context<typeof settings> = {
  service: PROFILE,
  settings,
  contracts: CONTRACTS,
  events: profilePayloads,
  wire: (it) => wireProfile(it, profileParts(it)),
};
