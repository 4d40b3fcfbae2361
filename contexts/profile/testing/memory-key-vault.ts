import { randomBytes } from 'node:crypto';
import type { UserId } from '@lego-moc/kernel/message';
import { userKey } from '../adapters/vault/user-key.ts';
import type { KeyVault, UserKey } from '../application/ports/key-vault.ts';

/** The key vault's twin, in memory; its keys are real. */
export const memoryKeyVault = (): KeyVault => {
  const kept = new Map<UserId, UserKey | undefined>();
  return {
    keyFor: (userId) => {
      if (!kept.has(userId)) kept.set(userId, userKey(userId, randomBytes(32)));
      return Promise.resolve(kept.get(userId));
    },
    keysOf: (userIds) =>
      Promise.resolve(
        new Map(
          userIds.flatMap((userId) => {
            const key = kept.get(userId);
            return key === undefined ? [] : [[userId, key] as const];
          }),
        ),
      ),
    withKey: (userIds) => Promise.resolve(userIds.filter((userId) => kept.get(userId) !== undefined)),
    destroy: (userId) => {
      kept.set(userId, undefined);
      return Promise.resolve();
    },
  };
};
