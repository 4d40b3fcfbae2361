import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '@lego-moc/cache/cache';
import type { UserId } from '@lego-moc/kernel/message';
import type { ReadProfile, ReadProfiles } from '../../application/ports/profile-reader.ts';

/** Far longer than the database takes: an instance that holds a lease for so long is dead, or too slow to wait for. */
const LEASE_MS = 2_000;
const POLL_MS = 20;

type Read = (userIds: readonly UserId[]) => Promise<ReadProfiles>;

type Needs = {
  readonly cache: Pick<Cache, 'lease'>;
  readonly keyOf: (userId: UserId) => string;
  readonly inCache: Read;
  /** From the database, into the cache. */
  readonly load: Read;
};

/**
 * Loads profiles that no other instance is loading. Those that another one loads are read from the cache; if it found
 * none, or an outdated one, they are loaded here after all.
 */
export const leasedLoads = ({ cache, keyOf, inCache, load }: Needs): Read => {
  /** While the lease was acquired, another instance may have cached them. */
  const loadMissing: Read = async (userIds) => {
    const cachedProfiles = await inCache(userIds);
    const missing = userIds.filter((userId) => !cachedProfiles.has(userId));
    return missing.length === 0 ? cachedProfiles : new Map([...cachedProfiles, ...(await load(missing))]);
  };

  return async (userIds) => {
    const profiles = new Map<UserId, ReadProfile>();
    for (let pending = userIds; pending.length > 0;) {
      const lease = await cache.lease(pending.map(keyOf), LEASE_MS);
      const isOurs = (userId: UserId): boolean => lease.keys.includes(keyOf(userId));
      try {
        for (const [userId, profile] of await loadMissing(pending.filter(isOurs))) profiles.set(userId, profile);
      } finally {
        await lease.end();
      }
      pending = pending.filter((userId) => !isOurs(userId));
      if (pending.length > 0) await sleep(POLL_MS);
    }
    return profiles;
  };
};
