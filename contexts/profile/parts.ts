import { foldedStates } from '@lego-moc/application/folded-states';
import { deleteReplies } from '@lego-moc/http/postgres-idempotency-store';
import { localSecret } from '@lego-moc/sealing/local-secret';
import { masterKeys as masterKeysOf } from '@lego-moc/sealing/master-keys';
import { privateObjects } from '@lego-moc/service/resources/private-objects';
import { cache as cacheResource } from '@lego-moc/service/resources/redis-cache';
import { keysFolder } from '@lego-moc/service/settings';
import { cachedProfiles } from './adapters/cache/cached-profiles.ts';
import { profileCodec } from './adapters/event-store/profile-codec.ts';
import { sealedStreams } from './adapters/event-store/sealed-streams.ts';
import { storedAvatars } from './adapters/object-storage/stored-avatars.ts';
import { latestProfile, storedProfiles } from './adapters/read-models/stored-profiles.ts';
import { postgresKeyVault } from './adapters/vault/postgres-key-vault.ts';
import { eraseUser } from './application/erasure.ts';
import { applyIdentityChange } from './application/identity-changes.ts';
import { lastSeenProfile } from './application/profile-states.ts';
import { unreadableEvents } from './application/unreadable-events.ts';
import { profileDecider } from './domain/profile.ts';
import type { ProfileScope } from './settings.ts';

/** The resources that the service, its command line and its tests are wired with. */
export const profileParts = (it: ProfileScope) => {
  const { LEGO_MOC_DATA_DIR: dataDir, PROFILE_MASTER_KEYS: keys } = it.settings;
  const masterKeys = masterKeysOf(keys ?? [localSecret(keysFolder(dataDir), 'profile.master-key')]);
  const vault = postgresKeyVault(it.db, masterKeys);
  const privateImages = it.use(privateObjects);
  const avatars = storedAvatars(privateImages.objects);
  const sealedEvents = it.streams('profile', profileCodec);
  const unreadable = unreadableEvents(it.logger);
  const streams = sealedStreams(sealedEvents, vault, unreadable.note);
  const states = foldedStates(profileDecider, streams);
  const { handle } = states;
  const cache = it.use(cacheResource);
  const reader = {
    ...cachedProfiles(cache, storedProfiles(it.db, vault, streams)),
    latest: latestProfile(streams),
    lastSeen: lastSeenProfile(states),
  };
  const userData = { vault, avatars, deleteReplies: deleteReplies(it.db) };
  const erase = eraseUser(handle, reader, userData);
  const applyChange = applyIdentityChange(handle, reader, erase, it.clock);
  return {
    ...{
      masterKeys,
      vault,
      avatars,
      privateImages,
      sealed: sealedEvents,
      streams,
      unreadable,
      states,
      handle,
      cache,
      reader,
    },
    ...{ userData, erase, applyIdentityChange: applyChange },
  };
};

export type ProfileParts = ReturnType<typeof profileParts>;
