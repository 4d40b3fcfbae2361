import { z } from 'zod';
import type { Cache } from '@lego-moc/cache/cache';
import { sharedLoads } from '@lego-moc/cache/shared-loads';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ProfileReader, ReadProfile, ReadProfiles } from '../../application/ports/profile-reader.ts';
import { leasedLoads } from './leased-loads.ts';
import { knownRevisions } from './known-revisions.ts';

export const CACHE_TTL_MS = 5 * 60_000;

const cachedProfile = z.object({
  userId: z.string().transform((id) => id as UserId),
  createdAt: z.string().transform((at) => at as Instant),
  person: z.object({ displayName: z.string(), bio: z.string(), location: z.string(), website: z.string() }),
  email: z.string().nullable(),
  preferences: z.object({
    colourScheme: z.enum(['system', 'light', 'dark']),
    language: z.string(),
    currency: z.string(),
    listView: z.enum(['grid', 'list']),
    partNames: z.enum(['bricklink', 'rebrickable']),
  }),
  avatarId: z.string().nullable(),
  avatarPreview: z
    .object({ width: z.number(), height: z.number(), blurhash: z.string(), dominantColour: z.string() })
    .nullable()
    .exactOptional(),
  revision: z.string().transform(BigInt),
});

const keyOf = (userId: UserId): string => `profile:${userId}`;

type Load = (userIds: readonly UserId[], atLeast: (userId: UserId) => bigint | undefined) => Promise<ReadProfiles>;

/**
 * Reads profiles through a cache, for five minutes at most. Returns no profile older than the newest known revision,
 * wherever it comes from: a value that was read before a change and cached after it does no harm. However many readers
 * ask for one profile at once, in all instances that share the cache, `load` is called once.
 */
export const cachedProfiles = (cache: Cache, load: Load): Pick<ProfileReader, 'profiles' | 'noteRevision'> => {
  const revisions = knownRevisions();

  /** A revision noted while the profile was being cached has found nothing to delete. */
  const cacheProfile = async (profile: ReadProfile): Promise<void> => {
    const key = keyOf(profile.userId);
    await cache.set(key, { ...profile, revision: String(profile.revision) }, CACHE_TTL_MS);
    if (!revisions.isUpToDate(profile)) await cache.delete(key);
  };

  const loadAndCache = async (userIds: readonly UserId[]): Promise<ReadProfiles> => {
    const profiles = await load(userIds, revisions.of);
    await Promise.all([...profiles.values()].map(cacheProfile));
    return profiles;
  };
  const fromCache = async (userId: UserId): Promise<ReadProfile | undefined> => {
    const { data } = cachedProfile.safeParse(await cache.get(keyOf(userId)));
    return data !== undefined && revisions.isUpToDate(data) ? data : undefined;
  };

  const inCache = async (userIds: readonly UserId[]): Promise<ReadProfiles> => {
    const entries = await Promise.all(userIds.map(fromCache));
    return new Map(entries.flatMap((profile) => (profile === undefined ? [] : [[profile.userId, profile] as const])));
  };

  const loadLeased = leasedLoads({ cache, keyOf, inCache, load: loadAndCache });
  const loadShared = sharedLoads((ids) => loadLeased(ids as UserId[]));

  /** A shared load may have begun before the newest revision: then it is repeated, shared first, and at last alone. */
  const fromStore = async (userIds: readonly UserId[]): Promise<ReadProfiles> => {
    if (userIds.length === 0) return new Map();
    const profiles = new Map((await loadShared(userIds)) as ReadProfiles);
    const isBehind = (userId: UserId): boolean => {
      const profile = profiles.get(userId);
      return profile !== undefined && !revisions.isUpToDate(profile);
    };
    const again = async (behind: readonly UserId[], reload: (userIds: readonly UserId[]) => Promise<unknown>) => {
      if (behind.length === 0) return;
      const newer = (await reload(behind)) as ReadProfiles;
      for (const userId of behind) profiles.delete(userId);
      for (const [userId, profile] of newer) profiles.set(userId, profile);
    };
    await again(
      userIds.filter((userId) => isBehind(userId) || (!profiles.has(userId) && revisions.of(userId) !== undefined)),
      loadShared,
    );
    await again(userIds.filter(isBehind), loadAndCache);
    return profiles;
  };

  return {
    profiles: async (userIds) => {
      const uniqueIds = [...new Set(userIds)];
      const cachedProfiles = await inCache(uniqueIds);
      const loadedProfiles = await fromStore(uniqueIds.filter((userId) => !cachedProfiles.has(userId)));
      return new Map([...cachedProfiles, ...loadedProfiles]);
    },
    noteRevision: async (userId, revision) => {
      revisions.note(userId, revision);
      if (!revisions.mayBeStale(userId)) return true;
      const revisionBefore = revisions.of(userId);
      const isGone = await cache.delete(keyOf(userId));
      if (isGone) revisions.deleted(userId, revisionBefore);
      return isGone;
    },
  };
};
