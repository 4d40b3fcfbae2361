import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { SearchStatistics } from '../../application/ports/search-statistics.ts';
import { searchExecutionCodec } from '../event-store/search-execution-codec.ts';
import { searchExecutions, type SearchExecutionRow } from '../read-models/search-executions.ts';
import { searcherNumbersIn, searcherSaltMigration } from './searcher-salts.ts';
import { searchStatisticsIn } from './search-statistics.ts';

const NOW = new Date('2026-01-10T12:00:00.000Z');
const PERIOD = { from: new Date('2026-01-01T00:00:00.000Z'), to: NOW };
const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): string => new Date(NOW.getTime() - hours * HOUR_MS).toISOString();

describe('statistics of searches', function () {
  this.timeout(90_000);
  let db: Database;
  let statistics: SearchStatistics;

  const definition = streamDefinition(searchExecutions, searchExecutionCodec);
  const save = async (...searches: readonly Partial<SearchExecutionRow>[]): Promise<void> => {
    const changes = searches.map((search) => ({
      previous: undefined,
      next: {
        ...{ id: newId(), revision: 1n, updatedAt: NOW.toISOString() as Instant },
        row: {
          ...{ executed_at: hoursAgo(1), text: 'crane', types: ['moc'], is_first_page: true, searcher: 1, weight: 1 },
          ...{ results: 5, latency_ms: 50, degraded: null, clicks: 0, click_position: null, ...search },
        },
      },
    }));
    await postgresReadModels(db).save(definition, 1, changes);
  };
  const byThree = (search: Partial<SearchExecutionRow>): readonly Partial<SearchExecutionRow>[] =>
    [1, 2, 3].map((searcher) => ({ ...search, searcher }));

  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl('search'), { schema: 'search' });
    closeAfterAllTests(() => db.close());
    await postgresReadModels(db).prepare(definition);
    await migrate(db, 'search', [searcherSaltMigration]);
    statistics = searchStatisticsIn(db, 3);
    await save(
      ...byThree({ text: 'crane', weight: 4 }),
      ...byThree({ text: 'crane', executed_at: hoursAgo(72), weight: 10 }),
      ...byThree({ text: 'castle', clicks: 1, click_position: 2, latency_ms: 100 }),
      ...byThree({ text: 'unobtainium', results: 0, degraded: 'index-behind' }),
      ...[1, 1, 1].map((searcher) => ({ text: 'one person three times', searcher })),
      ...[1, 2, 3].map((day) => ({ text: 'another person each day', searcher: day, executed_at: hoursAgo(24 * day) })),
      { text: 'crane', is_first_page: false },
      { text: '' },
      { text: null },
    );
  });

  const topQueries = (search: object = {}) =>
    statistics.topQueries({ ...PERIOD, isWithoutResults: false, limit: 10, ...search });

  it('name the most frequent texts of at least three people on one day, with weights', async () => {
    expect(await topQueries()).to.deep.equal([
      { text: 'crane', searches: 42, withoutResults: 0, withClick: 0, clickPosition: null },
      { text: 'castle', searches: 3, withoutResults: 0, withClick: 3, clickPosition: 2 },
      { text: 'unobtainium', searches: 3, withoutResults: 3, withClick: 0, clickPosition: null },
    ]);
  });

  it('continue after the last text of the page before', async () => {
    const textsAfter = async (after: object): Promise<readonly string[]> =>
      (await topQueries({ after, limit: 1 })).map(({ text }) => text);
    expect(await textsAfter({ searches: 42, text: 'crane' })).to.deep.equal(['castle']);
    expect(await textsAfter({ searches: 3, text: 'castle' })).to.deep.equal(['unobtainium']);
  });

  it('name the texts without results', async () => {
    expect((await topQueries({ isWithoutResults: true })).map(({ text }) => text)).to.deep.equal(['unobtainium']);
  });

  it('count all searches of the period, and nothing of another', async () => {
    expect(await statistics.totals(PERIOD)).to.deep.include({
      ...{ searches: 56, withoutResults: 3, withClick: 3, clickPosition: 2, degraded: 3 },
    });
    expect(await statistics.totals({ from: new Date(0), to: new Date(1) })).to.deep.equal({
      ...{ searches: 0, withoutResults: 0, withClick: 0, clickPosition: null, degraded: 0, latencies: [] },
    });
  });

  it('call trending what finds something and was searched for more in the last day than before', async () => {
    expect(await statistics.trending(NOW, 10)).to.deep.equal(['crane', 'castle']);
    await save(...byThree({ text: 'crane', executed_at: hoursAgo(96), weight: 100 }));
    expect(await statistics.trending(NOW, 10)).to.deep.equal(['castle', 'crane']);
  });

  it('number a person for one text and one day alike in all instances, and otherwise differently', async () => {
    const [first, second] = [searcherNumbersIn(db), searcherNumbersIn(db)];
    const [ada, day] = ['ada' as UserId, '2026-01-10'];
    const number = await first(ada, 'crane', day);
    expect(await second(ada, 'crane', day)).to.equal(number);
    const others = [
      await first(ada, 'castle', day),
      await first(ada, 'ship', day),
      await first(ada, 'crane', '2026-01-12'),
    ];
    expect(new Set([number, ...others]).size).to.be.greaterThan(1);
    expect((await db.any('SELECT day FROM searcher_salt')).length).to.equal(1);
  });
});
