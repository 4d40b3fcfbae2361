import { z } from 'zod';
import type { Cache } from '@lego-moc/cache/cache';
import { sharedLoads } from '@lego-moc/cache/shared-loads';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ProfileReader, ReadProfile, ReadProfiles } from '../../application/ports/profile-reader.ts';
import { leasedLoads } from './leased-loads.ts';

export const KEPT_MS = 5 * 60_000;
/** News is needed as long as anything older may lie in the cache; this many come in that time on the busiest day. */
const NEWS_MAX = 100_000;

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
  revision: z.string().transform(BigInt),
});

const keyOf = (userId: UserId): string => `profile:${userId}`;

type Load = (userIds: readonly UserId[], atLeast: (userId: UserId) => bigint | undefined) => Promise<ReadProfiles>;

/**
 * Reads profiles through a cache, for five minutes at most. What is older than the news of a profile is not shown,
 * wherever it comes from: a value that was read before a change and cached after it does no harm. However many want
 * one profile at once, and in however many instances that share the cache, `load` is asked once.
 */
export const cachedProfiles = (cache: Cache, load: Load): Pick<ProfileReader, 'profiles' | 'heard'> => {
  const news = new Map<UserId, bigint>();
  /** Of whom something older may still lie in the cache. */
  const lingering = new Set<UserId>();
  const isNew = ({ userId, revision }: ReadProfile): boolean => revision >= (news.get(userId) ?? 0n);

  const note = (userId: UserId, revision: bigint): void => {
    lingering.add(userId);
    news.delete(userId);
    news.set(userId, revision);
    const [oldest] = news.keys();
    if (news.size <= NEWS_MAX || oldest === undefined) return;
    news.delete(oldest);
    lingering.delete(oldest);
  };

  /** News that came while it was being kept has found nothing to delete. */
  const keep = async (profile: ReadProfile): Promise<void> => {
    const key = keyOf(profile.userId);
    await cache.set(key, { ...profile, revision: String(profile.revision) }, KEPT_MS);
    if (!isNew(profile)) await cache.delete(key);
  };

  const loaded = async (userIds: readonly UserId[]): Promise<ReadProfiles> => {
    const found = await load(userIds, (userId) => news.get(userId));
    await Promise.all([...found.values()].map(keep));
    return found;
  };
  const fromCache = async (userId: UserId): Promise<ReadProfile | undefined> => {
    const { data } = cachedProfile.safeParse(await cache.get(keyOf(userId)));
    return data !== undefined && isNew(data) ? data : undefined;
  };

  const inCache = async (userIds: readonly UserId[]): Promise<ReadProfiles> => {
    const cached = await Promise.all(userIds.map(fromCache));
    return new Map(cached.flatMap((profile) => (profile === undefined ? [] : [[profile.userId, profile] as const])));
  };

  const leased = leasedLoads({ cache, keyOf, inCache, load: loaded });
  const shared = sharedLoads((ids) => leased(ids as UserId[]));

  /** A load that somebody else began may have begun before the news. */
  const fromStore = async (userIds: readonly UserId[]): Promise<ReadProfiles> => {
    if (userIds.length === 0) return new Map();
    const found = (await shared(userIds)) as ReadProfiles;
    const old = userIds.filter((userId) => {
      const profile = found.get(userId);
      return profile === undefined ? news.has(userId) : !isNew(profile);
    });
    if (old.length === 0) return found;
    // Whatever is under way by now began after the first load had ended, and knows the news.
    const again = (await shared(old)) as ReadProfiles;
    return new Map([...[...found].filter(([userId]) => !old.includes(userId)), ...again]);
  };

  return {
    profiles: async (userIds) => {
      const wanted = [...new Set(userIds)];
      const found = await inCache(wanted);
      const others = await fromStore(wanted.filter((userId) => !found.has(userId)));
      return new Map([...found, ...others]);
    },
    heard: async (userId, revision) => {
      if ((news.get(userId) ?? -1n) < revision) note(userId, revision);
      if (!lingering.has(userId)) return true;
      const isGone = await cache.delete(keyOf(userId));
      if (isGone) lingering.delete(userId);
      return isGone;
    },
  };
};
