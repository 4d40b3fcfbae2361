import { randomBytes } from 'node:crypto';
import type { UserId } from '@lego-moc/kernel/message';
import type { Database, Queries } from '@lego-moc/postgres/database';
import type { MasterKeys } from '@lego-moc/sealing/master-keys';
import type { KeyVault, UserKey } from '../../application/ports/key-vault.ts';
import { userKey } from './user-key.ts';

const KEY_BYTES = 32;

/** A destroyed key leaves its row behind, without the key: no other is made in its place. */
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

const PAGE_SIZE = 500;

const context = (userId: UserId): string => `key of ${userId}`;

/** Keys in the table of `keyVaultMigration`, wrapped by a master key that the database never sees. */
export const postgresKeyVault = (db: Database, masters: MasterKeys): KeyVault => {
  const toUserKey = ({ user_id: userId, wrapped }: Row): UserKey | undefined =>
    wrapped === null ? undefined : userKey(userId, masters.unwrap(context(userId), wrapped));

  return {
    keyFor: async (userId) => {
      const find = () => db.oneOrNone<Row>('SELECT user_id, wrapped FROM user_key WHERE user_id = $1', [userId]);
      const existing = await find();
      if (existing !== null) return toUserKey(existing);
      // Two callers may make one at once: the first one's is kept.
      await db.none('INSERT INTO user_key (user_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        userId,
        masters.wrap(context(userId), randomBytes(KEY_BYTES)),
      ]);
      const row = await find();
      return row === null ? undefined : toUserKey(row);
    },
    keysOf: async (userIds) => {
      const rows = await db.any<Row>(
        'SELECT user_id, wrapped FROM user_key WHERE user_id = ANY ($1::text[]) AND wrapped IS NOT NULL',
        [userIds],
      );
      return new Map(
        rows.flatMap((row) => {
          const key = toUserKey(row);
          return key === undefined ? [] : [[row.user_id, key] as const];
        }),
      );
    },
    withKey: async (userIds) => {
      const rows = await db.any<Pick<Row, 'user_id'>>(
        'SELECT user_id FROM user_key WHERE user_id = ANY ($1::text[]) AND wrapped IS NOT NULL',
        [userIds],
      );
      return rows.map(({ user_id: userId }) => userId);
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

const OLDER = `
  SELECT user_id, wrapped FROM user_key
  WHERE user_id > $1 AND wrapped IS NOT NULL AND substring(wrapped FROM 1 FOR length($2::bytea)) <> $2::bytea
  ORDER BY user_id LIMIT $3`;

/**
 * Wraps again all keys of an older master key, so that it is not needed any more. Other instances may do the same, and
 * keys may be destroyed meanwhile. Returns how many keys were wrapped again; throws when none of the master keys opens
 * one.
 */
export const rewrapKeys = async (db: Pick<Queries, 'any' | 'result'>, masters: MasterKeys): Promise<number> => {
  let count = 0;
  for (let after = ''; ;) {
    const rows = await db.any<{ user_id: UserId; wrapped: Buffer }>(OLDER, [after, masters.mark, PAGE_SIZE]);
    const last = rows.at(-1);
    if (last === undefined) return count;
    for (const { user_id: userId, wrapped } of rows) {
      const anew = masters.wrap(context(userId), masters.unwrap(context(userId), wrapped));
      const change = 'UPDATE user_key SET wrapped = $3 WHERE user_id = $1 AND wrapped = $2';
      count += (await db.result(change, [userId, wrapped, anew])).rowCount;
    }
    after = last.user_id;
  }
};
