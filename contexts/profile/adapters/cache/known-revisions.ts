import type { UserId } from '@lego-moc/kernel/message';
import type { ReadProfile } from '../../application/ports/profile-reader.ts';

/** A revision is needed as long as an older one may be cached; on the busiest day so many change in that time. */
const REVISIONS_MAX = 100_000;

/** The newest known revision of profiles, and which of them may still be cached in an older one. */
export const knownRevisions = () => {
  const revisions = new Map<UserId, bigint>();
  const stale = new Set<UserId>();

  const forgetOldest = (): void => {
    const [oldest] = revisions.keys();
    if (oldest === undefined) return;
    revisions.delete(oldest);
    stale.delete(oldest);
  };

  return {
    of: (userId: UserId): bigint | undefined => revisions.get(userId),
    isUpToDate: ({ userId, revision }: ReadProfile): boolean => revision >= (revisions.get(userId) ?? 0n),
    /** An older revision changes nothing. */
    note: (userId: UserId, revision: bigint): void => {
      if ((revisions.get(userId) ?? -1n) >= revision) return;
      stale.add(userId);
      revisions.delete(userId);
      revisions.set(userId, revision);
      if (revisions.size > REVISIONS_MAX) forgetOldest();
    },
    mayBeStale: (userId: UserId): boolean => stale.has(userId),
    /** The cached profile was deleted when `revision` was the newest; a newer one since needs another delete. */
    deleted: (userId: UserId, revision: bigint | undefined): void => {
      if (revisions.get(userId) === revision) stale.delete(userId);
    },
  };
};
