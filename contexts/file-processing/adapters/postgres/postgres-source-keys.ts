import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import type { MasterKeys } from '@lego-moc/sealing/master-keys';
import { z } from 'zod';
import type { SourceKeys } from '../../application/ports/source-keys.ts';

export const sourceKeyMigration = {
  id: '005-price-source-keys',
  sql: `
    CREATE TABLE price_source_key (
      user_id text PRIMARY KEY, sealed bytea NOT NULL, set_at timestamptz NOT NULL DEFAULT now()
    );
  `,
};

const sourceKey = z.object({
  ...{ consumerKey: z.string(), consumerSecret: z.string(), token: z.string(), tokenSecret: z.string() },
});

const context = (owner: UserId): string => `price source key of ${owner}`;

/**
 * Keys in a table and not in events, which could not be erased; sealed by a master key that the database never sees, and
 * bound to their user.
 */
export const postgresSourceKeys = (db: Pick<Database, 'none' | 'oneOrNone'>, masters: MasterKeys): SourceKeys => ({
  put: async (owner, key) => {
    const sealedKey = masters.wrap(context(owner), Buffer.from(JSON.stringify(key)));
    await db.none(
      `INSERT INTO price_source_key (user_id, sealed) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, set_at = now()`,
      [owner, sealedKey],
    );
  },
  find: async (owner) => {
    const row = await db.oneOrNone<{ sealed: Buffer }>('SELECT sealed FROM price_source_key WHERE user_id = $1', [
      owner,
    ]);
    if (row === null) return undefined;
    return sourceKey.parse(JSON.parse(masters.unwrap(context(owner), row.sealed).toString('utf8')));
  },
  setAt: async (owner) => {
    const row = await db.oneOrNone<{ setAt: Instant }>(
      'SELECT set_at AS "setAt" FROM price_source_key WHERE user_id = $1',
      [owner],
    );
    return row?.setAt;
  },
  remove: async (owner) => {
    await db.none('DELETE FROM price_source_key WHERE user_id = $1', [owner]);
  },
});
