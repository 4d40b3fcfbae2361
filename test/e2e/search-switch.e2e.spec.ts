import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { portOf } from '@lego-moc/local/registry';
import { hasOpenSearch, openSearchForTests, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { searchPage, type SearchPage } from '../../contexts/search/contracts/http-api.ts';
import { startInstance } from './another-instance.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { RECOVERED_WITHIN_MS } from './opensearch-platform.ts';
import { checkAgainstOpenApi } from './openapi-check.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs } from './requests.ts';

const MOCS = 12;
const SEARCH_EVERY_MS = 50;
/** Both instances answer for so long. */
const TOGETHER_MS = 2_000;

describe('switching from PostgreSQL to OpenSearch', function () {
  this.timeout(4 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let balancer: Balancer;
  let first: string;
  let openSearchUrl: string;
  let ada: GatewayClient;
  const titles: string[] = [];

  const search = (query: string): Promise<SearchPage> => ada.get(`/api/search?${query}`, searchPage);
  const titlesOf = ({ items }: SearchPage): readonly string[] => items.map(({ title }) => title);
  const add = async (title: string): Promise<void> => {
    const send = () => requestsAs(platform, 'ada')('/api/mocs', json('POST', { title }));
    await pollUntil('it is added', send, ({ status }) => status === 201);
    titles.push(title);
  };
  const hasAll = (page: SearchPage): boolean => new Set(titlesOf(page)).size === titles.length;

  before(async function () {
    if (!hasOpenSearch()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    openSearchUrl = await openSearchForTests();
    balancer = await startBalancer();
    platform = await startPlatform({ SEARCH_URL: balancer.url });
    first = `http://127.0.0.1:${String(portOf(platform.ports, 'search'))}`;
    balancer.towards(first);
    await checkAgainstOpenApi(platform.url);
    ada = await platform.signedInAs('ada');
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  it('answers every search in full, continues its pages, and ends in OpenSearch', async () => {
    for (let number = 0; number < MOCS; number += 1) await add(`Connecting pier ${number}`);
    await pollUntil('all are found', () => search('q=pier&limit=100'), hasAll, RECOVERED_WITHIN_MS);
    const firstPage = await search('q=pier&limit=5');
    const searching = { goesOn: true, searches: 0 };
    const searchAll = async (): Promise<void> => {
      for (; searching.goesOn; searching.searches += 1) {
        expect(titlesOf(await search('q=pier&limit=100'))).to.have.length(MOCS);
        await sleep(SEARCH_EVERY_MS);
      }
    };
    const searches = searchAll();
    const second = await startInstance(platform, 'search', {
      OPENSEARCH_URL: openSearchUrl,
      OPENSEARCH_PREFIX: `test-${randomUUID()}`,
    });
    balancer.towards(first, second.url);
    await sleep(TOGETHER_MS);
    balancer.towards(second.url);
    // PostgreSQL knows no English stems but plurals.
    const isInOpenSearch = (page: SearchPage): boolean => page.degraded === undefined && hasAll(page);
    await pollUntil('it is built', () => search('q=connected&limit=100'), isInOpenSearch, RECOVERED_WITHIN_MS);
    searching.goesOn = false;
    await searches;
    expect(searching.searches).to.be.greaterThan(0);

    const nextPage = await search(`q=pier&limit=100&cursor=${firstPage.nextCursor ?? ''}`);
    expect([...titlesOf(firstPage), ...titlesOf(nextPage)]).to.have.members(titles);
    await add('Connecting bridge');
    await pollUntil('it is indexed', () => search('q=connected&limit=100'), isInOpenSearch, RECOVERED_WITHIN_MS);
  });
});
