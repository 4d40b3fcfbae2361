import { expect } from 'chai';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { listIdsIn } from './list-ids.ts';

describe('the ids of wishlists', () => {
  let db: Database;
  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('wishlist'), { schema: 'wishlist' });
    await db.none('CREATE TABLE wishlists (id text PRIMARY KEY)');
    await db.none(`INSERT INTO wishlists VALUES ('c'), ('a'), ('b')`);
  });
  after(() => db.close());

  it('come in their order, a page at a time', async () => {
    const listIds = listIdsIn(db);
    expect(await listIds(undefined, 2)).to.deep.equal(['a', 'b']);
    expect(await listIds('b', 2)).to.deep.equal(['c']);
    expect(await listIds('c', 2)).to.deep.equal([]);
  });
});
