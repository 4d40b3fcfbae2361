import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { SearcherNumber } from '../../application/ports/searcher-number.ts';

const SALT_BYTES = 32;

export const searcherSaltMigration: Migration = {
  id: 'searcher-salt',
  sql: 'CREATE TABLE searcher_salt (day date PRIMARY KEY, salt bytea NOT NULL)',
};

/** Numbers from a salt of the day that all instances share; earlier salts are deleted. */
export const searcherNumbersIn = (db: Pick<Database, 'tx'>): SearcherNumber => {
  let latest: { readonly day: string; readonly salt: Buffer } | undefined;

  const saltOf = async (day: string): Promise<Buffer> => {
    if (latest?.day === day) return latest.salt;
    const { salt } = await db.tx(async (transaction) => {
      await transaction.none(`DELETE FROM searcher_salt WHERE day < $<day>::date - 1`, { day });
      return transaction.one<{ salt: Buffer }>(
        `INSERT INTO searcher_salt VALUES ($<day>, $<salt>)
         ON CONFLICT (day) DO UPDATE SET day = excluded.day RETURNING salt`,
        { day, salt: randomBytes(SALT_BYTES) },
      );
    });
    latest = { day, salt };
    return salt;
  };

  return async (user, text, day) =>
    createHmac('sha256', await saltOf(day))
      .update(JSON.stringify([user, text]))
      .digest()
      .readUInt16BE();
};
