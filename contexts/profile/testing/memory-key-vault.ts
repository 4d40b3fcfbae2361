import { randomBytes } from 'node:crypto';
import type { UserId } from '@lego-moc/kernel/message';
import { userKey } from '../adapters/vault/user-key.ts';
import type { KeyVault, UserKey } from '../application/ports/key-vault.ts';

/** A key vault in memory; its keys are real. `lose` removes a key as a restore of an older copy does. */
export const memoryKeyVault = (): KeyVault & { readonly lose: (userId: UserId) => void } => {
  const keys = new Map<UserId, UserKey | undefined>();
  return {
    lose: (userId) => void keys.delete(userId),
    keyFor: (userId) => {
      if (!keys.has(userId)) keys.set(userId, userKey(userId, randomBytes(32)));
      return Promise.resolve(keys.get(userId));
    },
    keysOf: (userIds) =>
      Promise.resolve(
        new Map(
          userIds.flatMap((userId) => {
            const key = keys.get(userId);
            return key === undefined ? [] : [[userId, key] as const];
          }),
        ),
      ),
    withKey: (userIds) => Promise.resolve(userIds.filter((userId) => keys.get(userId) !== undefined)),
    destroy: (userId) => {
      keys.set(userId, undefined);
      return Promise.resolve();
    },
  };
};
