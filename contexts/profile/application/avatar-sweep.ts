import type { Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Avatars } from './ports/avatars.ts';
import type { ProfileReader } from './ports/profile-reader.ts';

/** Longer than any upload takes from its bytes to its event. */
const AGE_MS = 10 * 60_000;

/**
 * Deletes avatars that no profile shows any more: replaced ones, those of erased users, and those of uploads that died
 * before they were recorded. Checks only users whose avatar was about to change, and their streams, since a read model
 * may be behind. Returns how many files were deleted.
 */
export const sweepAvatars = (avatars: Avatars, { latest }: Pick<ProfileReader, 'latest'>, now: Clock) => {
  const deleteUnused = async (userId: UserId, before: Instant): Promise<number> => {
    const { profile } = await latest(userId);
    const current = profile.status === 'active' ? profile.avatarId : null;
    let count = 0;
    for await (const { key, avatarId, storedAt } of avatars.all(userId)) {
      // A younger one may still be recorded; the note of its own change is younger, too.
      if (avatarId === current || storedAt >= before) continue;
      await avatars.delete(key);
      count += 1;
    }
    return count;
  };

  return async (): Promise<number> => {
    const before = after(now(), -AGE_MS);
    let count = 0;
    for await (const { key, userId, notedAt } of avatars.changes()) {
      if (notedAt >= before) continue;
      count += await deleteUnused(userId, before);
      await avatars.delete(key);
    }
    return count;
  };
};
