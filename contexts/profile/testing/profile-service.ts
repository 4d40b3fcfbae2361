import type { Express, RequestHandler } from 'express';
import { inProcessCache } from '@lego-moc/cache/in-process-cache';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { idempotent } from '@lego-moc/http/idempotency';
import { inMemoryIdempotencyStore } from '@lego-moc/http/in-memory-idempotency-store';
import { foldedStates } from '@lego-moc/application/folded-states';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { signedImageRoute } from '@lego-moc/service/signed-image-route';
import { AVATARS_FOLDER } from '../application/ports/avatars.ts';
import { silentLogger, type Logger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { cachedProfiles } from '../adapters/cache/cached-profiles.ts';
import { sealedStreams } from '../adapters/event-store/sealed-streams.ts';
import { avatarRoutes, readAvatarBody } from '../adapters/http/avatars.route.ts';
import { CONTRACTS, readSignedAvatar } from '../adapters/http/contracts.ts';
import { exportRoute } from '../adapters/http/export.route.ts';
import { identityEventRoutes } from '../adapters/http/identity-events.route.ts';
import { requireCaller } from '../adapters/http/own-profile.ts';
import { profileRoutes } from '../adapters/http/profiles.route.ts';
import { signedWebhooks } from '../adapters/identity/signed-webhooks.ts';
import { latestProfile, type LoadProfiles } from '../adapters/read-models/stored-profiles.ts';
import { avatarProcessor } from '../adapters/images/avatar-processor.ts';
import { openOnFirstUse } from '../application/first-use.ts';
import { eraseUser } from '../application/erasure.ts';
import { applyIdentityChange } from '../application/identity-changes.ts';
import { lastSeenProfile } from '../application/profile-states.ts';
import type { SealedProfileEvent } from '../application/sealed-events.ts';
import { profileDecider } from '../domain/profile.ts';
import { memoryAvatars } from './memory-avatars.ts';
import { memoryKeyVault } from './memory-key-vault.ts';

export const NOON = '2026-01-01T12:00:00.000Z' as Instant;
export const WEBHOOK_SECRET = 'whsec_Ynlnb25lcyBhcmUgYnlnb25lcyBhbmQgYnJpY2tzIGFyZQ==';

/**
 * The caller is the user in `x-test-user`, with the roles of `x-test-roles`; `nobody` is none, a `service:` is a
 * service.
 */
const signIn: RequestHandler = (incoming, _response, next) => {
  const name = incoming.get('x-test-user') ?? 'ada';
  const roles = incoming.get('x-test-roles')?.split(',') ?? [];
  if (name.startsWith('service:')) setCaller(incoming, { service: name.slice('service:'.length) });
  else if (name !== 'nobody')
    setCaller(incoming, { user: { id: name as UserId, email: `${name}@bricks.example`, roles } });
  next();
};

const inMemory = () => ({
  sealed: inMemoryStreams<SealedProfileEvent>('profile', () => NOON),
  vault: memoryKeyVault(),
});

/**
 * The whole service over in-memory streams, with real keys, a real cache and real image processing. On the `stores` of
 * another one it is that one after a restart.
 */
export const profileService = (logger: Logger = silentLogger, stores = inMemory()) => {
  const now = () => NOON;
  const { sealed, vault } = stores;
  const streams = sealedStreams(sealed, vault);
  const states = foldedStates(profileDecider, streams);
  const { handle } = states;
  const latest = latestProfile(streams);
  const avatars = memoryAvatars();

  const load: LoadProfiles = async (userIds) => {
    const latestProfiles = await Promise.all(userIds.map(async (userId) => ({ userId, ...(await latest(userId)) })));
    return new Map(
      latestProfiles.flatMap(({ userId, profile, revision }) =>
        profile.status === 'active' && revision !== 'no-stream' ? [[userId, { ...profile, revision }]] : [],
      ),
    );
  };
  const reader = { ...cachedProfiles(inProcessCache(), load), latest, lastSeen: lastSeenProfile(states) };
  const erase = eraseUser(handle, reader, { vault, avatars, deleteReplies: () => Promise.resolve() });
  const own = { handle, reader, open: openOnFirstUse(handle, now) };

  const app: Express = createApi({
    service: 'profile',
    logger,
    metrics: createMetrics('profile', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      signedImageRoute(readSignedAvatar, AVATARS_FOLDER, avatars.privateImages),
      signIn,
      identityEventRoutes(signedWebhooks([WEBHOOK_SECRET], now), applyIdentityChange(handle, reader, erase, now)),
      requireCaller,
      readAvatarBody,
      idempotent(inMemoryIdempotencyStore(), { logger }),
      exportRoute({ ...own, history: streams.history, avatars, now }),
      profileRoutes({ ...own, erase, avatars, now }),
      avatarRoutes({ ...own, avatars, avatarProcessor: avatarProcessor(imageProcessor()) }),
    ],
  });
  return { app, sealed, streams, handle, reader, vault, avatars, erase };
};
