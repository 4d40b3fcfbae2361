import type { UserId } from '@lego-moc/kernel/message';
import type { ReadProfile } from '../../application/ports/profile-reader.ts';

/** News is needed as long as anything older may lie in the cache; this many come in that time on the busiest day. */
const NEWS_MAX = 100_000;

/** How far profiles are known to have come, and of whom something older may still lie in the cache. */
export const knownRevisions = () => {
  const news = new Map<UserId, bigint>();
  const lingering = new Set<UserId>();

  const forgetOldest = (): void => {
    const [oldest] = news.keys();
    if (oldest === undefined) return;
    news.delete(oldest);
    lingering.delete(oldest);
  };

  return {
    of: (userId: UserId): bigint | undefined => news.get(userId),
    isUpToDate: ({ userId, revision }: ReadProfile): boolean => revision >= (news.get(userId) ?? 0n),
    /** What is no news changes nothing. */
    note: (userId: UserId, revision: bigint): void => {
      if ((news.get(userId) ?? -1n) >= revision) return;
      lingering.add(userId);
      news.delete(userId);
      news.set(userId, revision);
      if (news.size > NEWS_MAX) forgetOldest();
    },
    lingers: (userId: UserId): boolean => lingering.has(userId),
    /** Nothing older lies in the cache than what had been told before it was deleted; later news asks for another delete. */
    deleted: (userId: UserId, told: bigint | undefined): void => {
      if (news.get(userId) === told) lingering.delete(userId);
    },
  };
};
