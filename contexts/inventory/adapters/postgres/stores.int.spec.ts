import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { LotKey, LotQuantity } from '../../domain/lots.ts';
import { EXACT, WIDEST } from '../../domain/buildability/tolerance.ts';
import { deleteLists, expireLists, listStoreIn, listStoreMigration } from './list-store.ts';
import { deleteScores, expireScores, scoreStoreIn, scoreStoreMigration } from './score-store.ts';

const SCHEMA = 'inventory_stores';
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const at = (hour: number) => `2026-01-01T1${String(hour)}:00:00.000Z` as Instant;
const red = (quantity: number): readonly LotQuantity[] => [{ lot: 'part:3001:4' as LotKey, quantity }];
const list = (jobId: string, hour: number, quantity: number, release = 'r1') => ({
  ...{ jobId, release, readAt: at(hour), lots: red(quantity) },
});

let db: Database;
before(async function () {
  this.timeout(60_000);
  db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
  closeAfterAllTests(() => db.close());
  await migrate(db, SCHEMA, [listStoreMigration, scoreStoreMigration]);
});

describe('stored lists', () => {
  it('have the lots of the later reading, in whichever order two readings arrive', async () => {
    const store = listStoreIn(db);
    await store.add(list('late', 2, 5), ada);
    await store.add(list('late', 1, 4), ada);
    await store.update(list('late', 1, 3));
    expect(await store.of(['late', 'none'], 'r1')).to.deep.equal(new Map([['late', red(5)]]));
    await store.update(list('late', 3, 6, 'r2'));
    expect(await store.of(['late'], 'r1')).to.deep.equal(new Map());
    expect(await store.outdated('r1', 10)).to.deep.include({ jobId: 'late', owner: ada });
    expect(await store.outdated('r2', 10)).to.deep.equal([]);
    expect(await store.of(['late'], 'r2')).to.deep.equal(new Map([['late', red(6)]]));
  });

  it('are gone when they are removed, old, or of an erased owner, and no update brings back what was removed', async () => {
    const store = listStoreIn(db);
    await store.add(list('removed', 2, 1), ada);
    await store.add(list('old', 1, 1), ada);
    await store.add(list('new', 2, 1), ada);
    await store.add(list('of bob', 2, 1), bob);
    await store.remove('removed');
    await expireLists(db)(at(2));
    const ids = ['removed', 'old', 'new', 'of bob'];
    expect([...(await store.of(ids, 'r1')).keys()].sort()).to.deep.equal(['new', 'of bob']);
    expect(await store.outdated('r2', 10)).not.to.deep.include({ jobId: 'old', owner: ada });
    await deleteLists(db)(bob);
    await store.update(list('of bob', 3, 1));
    await store.update(list('removed', 3, 1));
    expect([...(await store.of(ids, 'r1')).keys()]).to.deep.equal(['new']);
  });

  it('are stored anew by the first question after they have expired', async () => {
    const store = listStoreIn(db);
    await store.add(list('expired', 1, 1), ada);
    await expireLists(db)(at(2));
    expect((await store.of(['expired'], 'r1')).size).to.equal(0);
    await store.update(list('expired', 3, 4));
    expect(await store.of(['expired'], 'r1')).to.deep.equal(new Map([['expired', red(4)]]));
  });
});

describe('stored scores', () => {
  const share = { needed: 4, available: 3, percentage: 75 };
  const score = (fingerprint: string) => ({ fingerprint, progress: { lots: share, pieces: share } });

  it('are those of the reader, the tolerance and the MOC, as they were put last', async () => {
    const scores = scoreStoreIn(db);
    await scores.put(
      ada,
      EXACT,
      new Map([
        ['m1', score('a')],
        ['m2', score('b')],
      ]),
    );
    await scores.put(ada, WIDEST, new Map([['m1', score('c')]]));
    await scores.put(bob, EXACT, new Map([['m1', score('d')]]));
    await scores.put(ada, EXACT, new Map([['m1', score('e')]]));
    expect(await scores.of(ada, EXACT, ['m1', 'm2', 'm3'])).to.deep.equal(
      new Map([
        ['m1', score('e')],
        ['m2', score('b')],
      ]),
    );
    const sameTolerance = { ...WIDEST, relations: WIDEST.relations.toReversed() };
    expect(await scores.of(ada, sameTolerance, ['m1'])).to.deep.equal(new Map([['m1', score('c')]]));
  });

  it('are gone when they are old, or of an erased reader', async () => {
    const scores = scoreStoreIn(db);
    await scores.put(ada, EXACT, new Map([['m1', score('a')]]));
    await scores.put(bob, EXACT, new Map([['m1', score('a')]]));
    await deleteScores(db)(ada);
    await expireScores(db)(1);
    expect((await scores.of(ada, EXACT, ['m1'])).size).to.equal(0);
    expect((await scores.of(bob, EXACT, ['m1'])).size).to.equal(1);
    await db.none(`UPDATE buildability_score SET scored_on = scored_on - 2`);
    await expireScores(db)(1);
    expect((await scores.of(bob, EXACT, ['m1'])).size).to.equal(0);
  });
});
