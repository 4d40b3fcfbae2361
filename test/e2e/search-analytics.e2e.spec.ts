import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { newId } from '@lego-moc/application/new-id';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { searchAnalytics, topQueries, type TopQueries } from '../../contexts/search/contracts/analytics-api.ts';
import {
  searchPage,
  suggestions,
  type SearchPage,
  type Suggestions,
} from '../../contexts/search/contracts/http-api.ts';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';
import { apiAs, expectProblem } from './api.ts';
import { json, requestsAs } from './requests.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const SEARCHERS_MIN = 3;
const ON_A_BUSY_MACHINE_MS = 60_000;

describe('statistics of searches through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let olga: GatewayClient;

  /** A word that nobody else searches for. */
  const rareWord = (): string => `w${randomBytes(4).toString('hex').replaceAll(/\d/gu, 'x')}`;
  const searchAs = async (name: string, q: string): Promise<SearchPage> =>
    (await platform.signedInAs(name)).get(`/api/search?q=${encodeURIComponent(q)}`, searchPage);
  const searchByAll = (q: string): Promise<readonly SearchPage[]> =>
    Promise.all(Array.from({ length: SEARCHERS_MIN }, (_, number) => searchAs(`searcher-${number}`, q)));
  const report = (click: object) => apiAs(platform, 'searcher-0')('POST', '/api/search/clicks', click);
  const countOf = async (text: string, parameters = ''): Promise<TopQueries['queries'][number] | undefined> =>
    (await olga.get(`/ops/search/analytics/queries?limit=100${parameters}`, topQueries)).queries.find(
      (query) => query.text === text,
    );

  const addMoc = async (title: string, name = 'ada'): Promise<string> => {
    const reply = await requestsAs(platform, name)('/api/mocs', json('POST', { title }));
    const { mocId } = (await reply.json()) as { mocId: string };
    await pollUntil(
      'it is found',
      async () => (await searchAs(name, title)).items.length > 0,
      Boolean,
      ON_A_BUSY_MACHINE_MS,
    );
    return mocId;
  };

  before(async () => {
    platform = await startPlatform({
      ...{ SEARCH_ANALYTICS_RATE: '100', SEARCH_TRENDING_EVERY_MS: '500', SEARCH_POPULARITY_EVERY_MS: '500' },
      SEARCH_ANALYTICS_SEARCHERS_MIN: String(SEARCHERS_MIN),
    });
    olga = await platform.signedInAs('olga', ['operator']);
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  it('count what several people searched for without results', async () => {
    const word = rareWord();
    await searchByAll(`${word} by:somebody`);
    const count = await pollUntil(
      'all are counted',
      () => countOf(word, '&outcome=no-results'),
      (result) => result?.searches === SEARCHERS_MIN,
      ON_A_BUSY_MACHINE_MS,
    );
    expect(count).to.include({ withoutResults: SEARCHERS_MIN, withClick: 0, clickPosition: null });
  });

  it('do not name what a single person searched for', async () => {
    const [word, other] = [rareWord(), rareWord()];
    for (let count = 0; count < SEARCHERS_MIN; count += 1) await searchAs('searcher-0', word);
    await searchByAll(other);
    await pollUntil('a later search is counted', () => countOf(other), Boolean, ON_A_BUSY_MACHINE_MS);
    expect(await countOf(word)).to.equal(undefined);
  });

  it('count a click once, with its position', async () => {
    const word = rareWord();
    const mocId = await addMoc(`Crane ${word}`);
    const { queryId } = await searchAs('ada', word);
    for (let count = 0; count < 2; count += 1)
      expect(await report({ queryId, documentId: mocId, position: 1 })).to.include({ status: 204 });
    await searchByAll(word);
    const count = await pollUntil(
      'it is counted',
      () => countOf(word),
      (result) => (result?.withClick ?? 0) > 0,
      ON_A_BUSY_MACHINE_MS,
    );
    expect(count).to.include({ withClick: 1, clickPosition: 1 });
    expect(await olga.get('/ops/search/analytics', searchAnalytics))
      .to.have.property('withClick')
      .that.is.least(1);
  });

  it('refuse a click on a search that is not recorded, and one behind the last result', async () => {
    expectProblem(await report({ queryId: newId(), documentId: newId(), position: 1 }), 410, 'query-not-recorded');
    const { queryId } = await searchAs('ada', rareWord());
    expectProblem(await report({ queryId, documentId: newId(), position: 1 }), 422, 'position-not-served');
    expectProblem(await report({ queryId, documentId: newId(), position: 101 }), 400, 'invalid-request', '/position');
  });

  it('suggest what several people search for and find', async () => {
    const word = rareWord();
    for (let number = 0; number < SEARCHERS_MIN; number += 1) await addMoc(`Bridge ${word}`, `searcher-${number}`);
    await searchByAll(`${word} bridge`);
    const suggestionsFor = async (q: string): Promise<Suggestions['suggestions']> =>
      (await olga.get(`/api/search/suggestions?q=${q}`, suggestions)).suggestions;
    await pollUntil(
      'it is suggested',
      () => suggestionsFor(word.slice(0, 6)),
      (all) => all.some(({ kind, text }) => kind === 'query' && text === `${word} bridge`),
      ON_A_BUSY_MACHINE_MS,
    );
    expect((await suggestionsFor('')).map(({ text }) => text)).to.include(`${word} bridge`);
  });

  it('sort MOCs by popularity, as far as users like them', async () => {
    const word = rareWord();
    const [older] = [await addMoc(`Older ${word}`), await addMoc(`Newer ${word}`)];
    const titles = async () => {
      const ada = await platform.signedInAs('ada');
      return (await ada.get(`/api/search?q=${word}&sort=popularity`, searchPage)).items.map(({ title }) => title);
    };
    expect(await titles()).to.deep.equal([`Newer ${word}`, `Older ${word}`]);
    expect((await apiAs(platform, 'ada')('PUT', `/api/mocs/${older}/like`)).status).to.equal(204);
    await pollUntil('the like counts', titles, ([title]) => title === `Older ${word}`, ON_A_BUSY_MACHINE_MS);
  });

  it('are for operators only, and for periods of at most 31 days', async () => {
    const ada = apiAs(platform, 'ada');
    for (const path of ['/ops/search/analytics', '/ops/search/analytics/queries'])
      expect((await ada('GET', path)).status).to.equal(403);
    const reply = await fetch(`${platform.url}/ops/search/analytics?from=2020-01-01T00:00:00Z`, {
      headers: { authorization: `Bearer ${await platform.token('olga', ['operator'])}` },
    });
    expect(reply.status).to.equal(400);
  });

  it('equal a rebuild from the events', async () => {
    const operate = async (operation: 'rebuild' | 'verify'): Promise<string> => {
      const reply = await fetch(`${platform.url}/ops/search/projections/search-executions/${operation}?reason=test`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await platform.token('olga', ['operator', 'operator:act'])}`,
          'idempotency-key': newId(),
        },
      });
      return reply.text();
    };
    // The groups of a given event store are past the searches of earlier platforms.
    if (isEventStoreGiven()) await operate('rebuild');
    expect(await operate('verify')).to.match(/"phase":"done".*"differing":0/);
  });
});
