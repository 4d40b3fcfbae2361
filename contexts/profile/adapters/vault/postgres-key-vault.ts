import { randomBytes } from 'node:crypto';
import type { UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import type { KeyVault, UserKey } from '../../application/ports/key-vault.ts';
import type { MasterKeys } from './master-keys.ts';
import { userKey } from './user-key.ts';

const KEY_BYTES = 32;

/** A destroyed key leaves its line behind, without the key: no other is made in its place. */
export const keyVaultMigration = {
  id: 'user-keys',
  sql: `
    CREATE TABLE user_key (
      user_id      text        PRIMARY KEY,
      wrapped      bytea,
      made_at      timestamptz NOT NULL DEFAULT now(),
      destroyed_at timestamptz,
      CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
    );`,
};

type Row = { readonly user_id: UserId; readonly wrapped: Buffer | null };

const context = (userId: UserId): string => `key of ${userId}`;

/** Keys in the table of `keyVaultMigration`, wrapped by a master key that the database never sees. */
export const postgresKeyVault = (db: Database, masters: MasterKeys): KeyVault => {
  const opened = ({ user_id: userId, wrapped }: Row): UserKey | undefined =>
    wrapped === null ? undefined : userKey(userId, masters.unwrap(context(userId), wrapped));

  return {
    keyFor: async (userId) => {
      const find = () => db.oneOrNone<Row>('SELECT user_id, wrapped FROM user_key WHERE user_id = $1', [userId]);
      const found = await find();
      if (found !== null) return opened(found);
      // Two may make one at once: the first one's holds.
      await db.none('INSERT INTO user_key (user_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        userId,
        masters.wrap(context(userId), randomBytes(KEY_BYTES)),
      ]);
      const made = await find();
      return made === null ? undefined : opened(made);
    },
    keysOf: async (userIds) => {
      const rows = await db.any<Row>(
        'SELECT user_id, wrapped FROM user_key WHERE user_id = ANY ($1::text[]) AND wrapped IS NOT NULL',
        [userIds],
      );
      return new Map(
        rows.flatMap((row) => {
          const key = opened(row);
          return key === undefined ? [] : [[row.user_id, key] as const];
        }),
      );
    },
    destroy: async (userId) => {
      await db.none(
        `INSERT INTO user_key (user_id, destroyed_at) VALUES ($1, now())
         ON CONFLICT (user_id) DO UPDATE SET wrapped = NULL, destroyed_at = coalesce(user_key.destroyed_at, now())`,
        [userId],
      );
    },
  };
};
