import type { UserId } from '@lego-moc/kernel/message';
import type { KeyVault } from './ports/key-vault.ts';

/** Everybody who was ever erased, page by page; ends early when `signal` aborts. */
export type ErasedUsers = (signal: AbortSignal) => AsyncIterable<readonly UserId[]>;

type ErasedSweep = {
  readonly erased: ErasedUsers;
  readonly vault: Pick<KeyVault, 'withKey'>;
  readonly forget: (userId: UserId) => Promise<void>;
};

/**
 * Forgets once more whoever was erased and has a key again: a database that was restored from a backup brings back the
 * keys, and nobody hears of an old erasure a second time. Returns how many there were.
 */
export const sweepErased =
  ({ erased, vault, forget }: ErasedSweep) =>
  async (signal: AbortSignal): Promise<number> => {
    let forgotten = 0;
    for await (const userIds of erased(signal)) {
      for (const userId of await vault.withKey(userIds)) {
        await forget(userId);
        forgotten += 1;
      }
    }
    return forgotten;
  };
