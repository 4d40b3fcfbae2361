import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { isOutage } from '@lego-moc/event-store/outage';
import { silentLogger } from '@lego-moc/logger/logger';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openDatabase } from '@lego-moc/postgres/database';
import { readAlias, type Place } from '@lego-moc/read-models/opensearch/generations';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { indexHealth, type IndexHealth } from './adapters/opensearch/index-health.ts';
import { openSearchProjections } from './adapters/opensearch/indexes.ts';
import { openSearchSearchIndex } from './adapters/opensearch/opensearch-search-index.ts';
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { postgresSearchIndex } from './adapters/postgres/postgres-search-index.ts';
import { fallbackSearchIndex, type FallbackSearchIndex } from './adapters/resilience/fallback-search-index.ts';
import type { DocumentPage, SearchIndex } from './application/ports/search-index.ts';
import { faultyProxy, type FaultyProxy } from './testing/faulty-proxy.ts';
import { indexForTests, type IndexForTests } from './testing/index-for-tests.ts';
import { bob, moc, queryOf } from './testing/sample-documents.ts';

/** Rows are fed by the test, so nothing lags, and there is nothing to build. */
const PROJECTION = {
  name: 'fed-by-the-test',
  rebuild: () => Promise.resolve(),
  status: () => Promise.resolve({ lag: 0 }),
} as unknown as RunningProjection;

/** The node itself answers so when its queue is full. */
const REJECTION = { type: 'es_rejected_execution_exception', reason: 'queue full' };

/** So slow is a node that swaps or collects garbage. */
const SLOW_MS = 5_000;

describe('searching while OpenSearch half fails', function () {
  this.timeout(150_000);
  let proxy: FaultyProxy;
  let health: IndexHealth;
  let index: SearchIndex;
  /** The same with the time limit of production. */
  let impatientIndex: SearchIndex;
  let place: Place;
  let indexes: { readonly full: IndexForTests; readonly simple: IndexForTests };

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    proxy = await faultyProxy(await openSearchForTests());
    const client = connectOpenSearch(proxy.url);
    const db = openDatabase(await (await postgresForTests()).databaseUrl('search'), { schema: 'search' });
    place = { client, prefix: `test-${newId()}` };
    health = indexHealth(openSearchReadModels(place), () => [PROJECTION]);
    const primary = openSearchSearchIndex(place, { timeoutMs: 10_000 });
    const fallback = postgresSearchIndex(db);
    const [patient, impatient] = [primary, openSearchSearchIndex(place)].map((searchIndex) =>
      fallbackSearchIndex({
        ...{ primary: searchIndex, fallback, reason: health.reason, logger: silentLogger },
        showsWrites: () => Promise.resolve(true),
        hasWritten: () => Promise.resolve(false),
      }),
    ) as [FallbackSearchIndex, FallbackSearchIndex];
    [index, impatientIndex] = [patient, impatient];
    const refresh = () => client.indices.refresh({ index: `${place.prefix}-*` });
    indexes = {
      full: await indexForTests(primary, health.store, openSearchProjections, refresh),
      simple: await indexForTests(fallback, postgresReadModels(db), postgresProjections),
    };
    await health.check();
    closeAfterAllTests(async () => {
      patient.close();
      impatient.close();
      await client.close();
      await proxy.close();
      await db.close();
    });
  });

  afterEach(() => proxy.failBy(() => undefined));

  const find = (query: string, limit = 10, searchIndex = index): Promise<DocumentPage> =>
    searchIndex.find({ query: queryOf(query), types: ['moc'], by: bob, sort: 'relevance', limit });
  const titles = ({ documents }: DocumentPage): readonly string[] => documents.map(({ title }) => title);
  const answersAgain = (query: string, searchIndex = index): Promise<DocumentPage> =>
    pollUntil(
      'OpenSearch answers',
      () => find(query, 10, searchIndex),
      ({ degraded }) => degraded === undefined,
    );

  /** Every second request fails, by turns as a full queue and as a cut connection. */
  const failHalf = (): void => {
    let requests = 0;
    proxy.failBy(() => {
      requests += 1;
      if (requests % 2 === 0) return undefined;
      return requests % 4 === 1 ? { status: 429, body: { error: REJECTION, status: 429 } } : 'hang-up';
    });
  };

  it('answers every search rightly while half of its requests fail, and says which answers are degraded', async () => {
    const quail = moc({ title: 'Quail nest' });
    for (const testIndex of [indexes.full, indexes.simple]) await testIndex.learn(quail);
    await answersAgain('quail');
    failHalf();
    const reasons = new Set<string>();
    for (let count = 0; count < 60; count += 1) {
      const page = await find('quail', 1 + (count % 20));
      expect(titles(page)).to.deep.equal(['Quail nest']);
      reasons.add(page.degraded ?? 'none');
    }
    expect([...reasons]).to.include('index-unavailable');
    proxy.failBy(() => undefined);
    expect(titles(await answersAgain('quail'))).to.deep.equal(['Quail nest']);
  });

  it('does not wait for a node that answers after five seconds, and returns to it when it is fast again', async () => {
    const plover = moc({ title: 'Plover beach' });
    for (const testIndex of [indexes.full, indexes.simple]) await testIndex.learn(plover);
    await answersAgain('plover', impatientIndex);
    proxy.failBy(() => ({ delayMs: SLOW_MS }));
    const startedAt = performance.now();
    for (let count = 0; count < 10; count += 1) {
      const page = await find('plover', 1 + count, impatientIndex);
      expect([titles(page), page.degraded]).to.deep.equal([['Plover beach'], 'index-unavailable']);
    }
    expect(performance.now() - startedAt, 'ten searches together').to.be.lessThan(4 * SLOW_MS);
    proxy.failBy(() => undefined);
    expect(titles(await answersAgain('plover', impatientIndex))).to.deep.equal(['Plover beach']);
  });

  it('answers from PostgreSQL while a part of the index is red, instead of showing the rest, and from it afterwards', async () => {
    const dunlin = moc({ title: 'Dunlin flock' });
    for (const testIndex of [indexes.full, indexes.simple]) await testIndex.learn(dunlin);
    await answersAgain('dunlin');
    const { indices, cluster } = place.client;
    const alias = readAlias(place, openSearchProjections.mocs.name);
    const settings = { number_of_replicas: 0, 'routing.allocation.require._name': 'no such node' };
    const lostPart = { index: `${alias}-lost`, wait_for_active_shards: '0' as const };
    await indices.create({ ...lostPart, body: { settings: settings, aliases: { [alias]: {} } } });
    try {
      expect((await cluster.health({ index: alias })).body.status).to.equal('red');
      for (let count = 0; count < 10; count += 1) {
        const page = await find('dunlin', 11 + count);
        expect([titles(page), page.degraded]).to.deep.equal([['Dunlin flock'], 'index-unavailable']);
      }
    } finally {
      await indices.delete({ index: lostPart.index });
    }
    expect(titles(await answersAgain('dunlin'))).to.deep.equal(['Dunlin flock']);
  });

  it('is behind from a rejected row of a bulk until that row is written', async () => {
    const stork = moc({ title: 'Stork on a roof' });
    await indexes.simple.learn(stork);
    await answersAgain('quail');
    const item = { index: { status: 429, error: REJECTION } };
    proxy.failBy((path) =>
      path.includes('/_bulk') ? { status: 200, body: { took: 1, errors: true, items: [item] } } : undefined,
    );
    const refusal = await indexes.full.learn(stork).catch((error: unknown) => error);
    expect(isOutage(refusal)).to.equal(true);
    expect(health.reason()).to.equal('index-behind');
    const meanwhile = await find('stork');
    expect([titles(meanwhile), meanwhile.degraded]).to.deep.equal([['Stork on a roof'], 'index-behind']);
    proxy.failBy(() => undefined);
    await indexes.full.learn(stork);
    expect(titles(await answersAgain('stork'))).to.deep.equal(['Stork on a roof']);
  });
});
