import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { masterKeys } from '@lego-moc/sealing/master-keys';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { priceBook } from '../read-models/prices.ts';
import { postgresSourceKeys, sourceKeyMigration } from './postgres-source-keys.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const SCHEMA = 'file_processing_prices';

/** The view of the read model, with rows as the projection writes them. */
const ROWS = {
  id: 'rows',
  sql: `CREATE TABLE prices (
    id text PRIMARY KEY, owner text, item_type text, number text, colour integer, condition text, guide text,
    currency text, figures json, source text, observed_at timestamptz
  )`,
};

describe('prices in PostgreSQL', () => {
  let db: Database;
  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
    closeAfterAllTests(() => db.close());
    await migrate(db, SCHEMA, [ROWS, sourceKeyMigration]);
  });

  const put = (id: string, owner: string, currency: string, observedAt: string, condition = 'new') =>
    db.none(
      `INSERT INTO prices VALUES ($1, $2, 'P', '3001', 5, $5, 'stock', $3,
         '{"offers":1,"pieces":2,"unit":null}', 'file', $4)`,
      [id, owner, currency, observedAt, condition],
    );

  it('finds the newest price of each currency among the reader’s own and the platform’s, and nobody else’s', async () => {
    await put('a', 'ada', 'EUR', '2026-01-01T00:00:00Z');
    await put('b', 'platform', 'EUR', '2026-01-02T00:00:00Z');
    await put('c', 'bob', 'EUR', '2026-01-03T00:00:00Z');
    await put('d', 'ada', 'USD', '2026-01-01T00:00:00Z');
    await put('e', 'ada', 'GBP', '2026-01-01T00:00:00Z', 'used');
    const brick = { itemType: 'P', number: '3001', colour: 5 };
    const others = Array.from({ length: 2_500 }, (_, colour) => ({ ...brick, number: 'x', colour }));
    const latestPrices = await priceBook(db).latest(ada, [...others, brick], { condition: 'new', guide: 'stock' });
    expect(latestPrices.map(({ currency, observedAt }) => [currency, observedAt])).to.eql([
      ['EUR', '2026-01-02T00:00:00.000Z'],
      ['USD', '2026-01-01T00:00:00.000Z'],
    ]);
    expect(latestPrices[0]).to.deep.include({ ...brick, figures: { offers: 1, pieces: 2, unit: null } });
  });

  it('pages through the own prices and counts them', async () => {
    const book = priceBook(db);
    const first = await book.page(ada, '', 2);
    const second = await book.page(ada, first.at(-1)?.priceId ?? '', 2);
    expect([first, second].map((page) => page.map(({ priceId }) => priceId))).to.eql([['a', 'd'], ['e']]);
    expect(await book.count(ada)).to.equal(3);
  });

  it('keeps a key sealed, for its user only, and removes it', async () => {
    const key = { consumerKey: 'consumer', consumerSecret: 'very-secret', token: 'token', tokenSecret: 'secret' };
    const keys = postgresSourceKeys(db, masterKeys([randomBytes(32).toString('base64')]));
    await keys.put(ada, { ...key, token: 'earlier' });
    await keys.put(ada, key);
    expect(await keys.find(ada)).to.deep.equal(key);
    expect([await keys.find(bob), await keys.setAt(bob)]).to.eql([undefined, undefined]);
    expect(Date.parse((await keys.setAt(ada)) as Instant)).to.be.greaterThan(0);

    const { sealed } = await db.one<{ sealed: Buffer }>('SELECT sealed FROM price_source_key WHERE user_id = $1', [
      ada,
    ]);
    expect(sealed.includes('very-secret')).to.equal(false);
    await db.none('UPDATE price_source_key SET user_id = $1 WHERE user_id = $2', [bob, ada]);
    expect(await keys.find(bob).catch((error: unknown) => error)).to.be.instanceOf(Error);
    await keys.remove(bob);
    await keys.remove(bob);
    expect(await keys.setAt(bob)).to.equal(undefined);
  });
});
