import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import type { Avatars } from './ports/avatars.ts';
import type { ProfileReader } from './ports/profile-reader.ts';

/** Longer than any upload takes from its bytes to its event. */
const AGE_MS = 10 * 60_000;

/**
 * Removes pictures that nobody shows: replaced ones, those of erased users, and of uploads that died before they were
 * recorded. Looks at the streams themselves, since a read model may be behind. Returns how many files went.
 */
export const sweepAvatars =
  (avatars: Avatars, { latest }: Pick<ProfileReader, 'latest'>, now: Clock) =>
  async (): Promise<number> => {
    const before = after(now(), -AGE_MS);
    let swept = 0;
    for await (const { key, userId, avatarId, storedAt } of avatars.all()) {
      if (storedAt >= before) continue;
      const { profile } = await latest(userId);
      if (profile.status === 'active' && profile.avatarId === avatarId) continue;
      await avatars.delete(key);
      swept += 1;
    }
    return swept;
  };
