import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { searchPage, similarMocs, type SearchPage } from '../../contexts/search/contracts/http-api.ts';
import { hasOpenSearchNode, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipOnGivenEventStore, skipWithout } from '@lego-moc/testing/real-component';
import { json, requestsAs } from './requests.ts';
import { openSearchPlatform, RECOVERED_WITHIN_MS, type OpenSearchPlatform } from './opensearch-platform.ts';
import { PLATFORM_WITHIN_MS } from './platform.ts';

describe('searching with OpenSearch through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: OpenSearchPlatform;
  let ada: GatewayClient;

  before(async function () {
    if (!hasOpenSearchNode()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    platform = await openSearchPlatform();
    ada = await platform.signedInAs('ada');
  });

  const search = (q: string, more = ''): Promise<SearchPage> =>
    ada.get(`/api/search?q=${encodeURIComponent(q)}${more}`, searchPage);
  const titles = async (q: string): Promise<readonly string[]> => (await search(q)).items.map(({ title }) => title);
  const add = async (title: string, more: object = {}): Promise<string> =>
    (await ada.post('/api/mocs', { title, ...more }, z.object({ mocId: z.string() }))).mocId;

  /** Whether OpenSearch itself finds it: PostgreSQL knows no English stems but plurals. */
  const isIndexed = (title: string) => async (): Promise<boolean> => {
    const { items, degraded } = await search(title);
    return degraded === undefined && items.some((item) => item.title === title);
  };

  const setReadOnly = async (isReadOnly: true | null): Promise<void> => {
    const body = JSON.stringify({ index: { blocks: { read_only_allow_delete: isReadOnly } } });
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${platform.node.url}/lego-moc-moc-index-opensearch/_settings`, {
      method: 'PUT',
      headers,
      body,
    });
    expect(status).to.equal(200);
  };

  /** The index behind the alias, which can be closed. */
  const indexName = async (): Promise<string> => {
    const reply = await fetch(`${platform.node.url}/lego-moc-moc-index-opensearch/_alias`);
    return Object.keys((await reply.json()) as object)[0] ?? '';
  };

  it('finds stems, misspelt words and filtered MOCs, with counts and suggestions', async () => {
    await add('Connecting viaduct', { theme: 'Trains', tags: ['Viaduct'] });
    await pollUntil('it is found by another form of its word', async () => (await titles('connected')).length === 1);
    const page = await search('viadukt theme:trains', '&facets=theme,tag');
    expect(page.items.map(({ title }) => title)).to.deep.equal(['Connecting viaduct']);
    expect(page.facets).to.deep.equal({
      theme: [{ value: 'trains', count: 1 }],
      tag: [{ value: 'viaduct', count: 1 }],
    });
    const reply = z.object({ suggestions: z.array(z.object({ kind: z.string(), text: z.string() })) });
    expect((await ada.get('/api/search/suggestions?q=via', reply)).suggestions).to.deep.include.members([
      { kind: 'title', text: 'Connecting viaduct' },
      { kind: 'tag', text: 'viaduct' },
    ]);
  });

  it('finds wishes of the caller only', async () => {
    await ada.post('/api/wishlist', { title: 'Cormorant lagoon' }, z.object({ itemId: z.string() }));
    const wishes = async (by: GatewayClient): Promise<readonly string[]> =>
      (await by.get('/api/search?q=cormorants&type=moc,wishlist', searchPage)).items.map(({ title }) => title);
    await pollUntil('it is found', async () => (await wishes(ada)).length === 1);
    expect(await wishes(await platform.signedInAs('bob'))).to.deep.equal([]);
  });

  it('keeps nothing of an erased user', async () => {
    const eve = requestsAs(platform, 'eve');
    const send = async (path: string, init: RequestInit): Promise<void> => {
      const reply = await eve(path, init);
      expect(reply.ok, `${path}: ${await reply.text()}`).to.equal(true);
    };
    const countStored = async (): Promise<number> => {
      await fetch(`${platform.node.url}/lego-moc-*/_refresh`, { method: 'POST' });
      const reply = await fetch(`${platform.node.url}/lego-moc-*/_count?q=title:ephemeral`);
      return ((await reply.json()) as { count: number }).count;
    };
    await send('/api/users/me', { method: 'GET' });
    await send('/api/wishlist', json('POST', { title: 'Ephemeral lantern' }));
    await send('/api/mocs', json('POST', { title: 'Ephemeral pavilion' }));
    await pollUntil('both are stored', async () => (await countStored()) === 2);
    await send('/api/users/me', { method: 'DELETE' });
    await pollUntil('nothing is stored', async () => (await countStored()) === 0, Boolean, RECOVERED_WITHIN_MS);
  });

  it('corrects a misspelt query, takes phrases and exclusions, and refuses what is no filter', async () => {
    await add('Old windmill on a hill');
    await pollUntil('it is indexed', isIndexed('Old windmill on a hill'));
    expect((await search('old windmil')).didYouMean).to.equal(undefined);
    expect(await search('windmlil')).to.include({ didYouMean: 'windmill' });
    expect(await titles('"windmill on a hill"')).to.have.length(1);
    expect(await titles('"hill on a windmill"')).to.deep.equal([]);
    expect(await titles('windmill -hill')).to.deep.equal([]);
    const refusal = await fetch(`${platform.url}/api/search?q=pieces:many`, {
      headers: { authorization: `Bearer ${await platform.token('ada')}` },
    });
    expect(refusal.status).to.equal(400);
  });

  it('finds MOCs with the same tags', async () => {
    const mocId = await add('Twin one', { tags: ['twins'] });
    await add('Twin two', { tags: ['twins'] });
    await pollUntil('both are indexed', async () => (await titles('tag:twins')).length === 2);
    const similar = await ada.get(`/api/search/mocs/${mocId}/similar`, similarMocs);
    // Drafts are similar to nobody's MOC, not even to their owner's.
    expect(similar.items).to.deep.equal([]);
  });

  it('goes on searching while its index is rebuilt, and goes back to the former one without losing a document', async () => {
    await add('Rebuilt aqueduct');
    await pollUntil('it is indexed', isIndexed('Rebuilt aqueduct'));
    /** Runs an operation of the index while somebody searches all the time. */
    const operateUnderSearches = async (path: string): Promise<string> => {
      const operation = { isRunning: true };
      const reply = platform.operateSearch(path).finally(() => {
        operation.isRunning = false;
      });
      let searches = 0;
      for (; operation.isRunning; searches += 1) expect(await titles('aqueduct')).to.deep.equal(['Rebuilt aqueduct']);
      expect(searches).to.be.greaterThan(0);
      return reply;
    };
    expect(await operateUnderSearches('moc-index-opensearch/rebuild')).to.match(/"phase":"done".*"failed":0/);
    expect(await platform.operateSearch('moc-index-opensearch', 'GET')).to.match(/"former":\{"generation":\d+/u);
    await add('Aqueduct in ruins');
    await pollUntil('it is indexed', isIndexed('Aqueduct in ruins'));
    expect(await platform.operateSearch('moc-index-opensearch/rollback')).to.match(/"phase":"done".*"generation":\d/);
    expect(await titles('aqueduct')).to.have.length(2);
    expect(await platform.operateSearch('moc-index-opensearch/verify')).to.match(/"phase":"done".*"differing":0/);
  });

  it('answers from PostgreSQL while OpenSearch hangs, and says so', async () => {
    await add('Frozen fjord');
    await pollUntil('it is indexed', isIndexed('Frozen fjord'));
    platform.node.freeze();
    try {
      for (let count = 0; count < 20; count += 1) {
        const { items, degraded, degradedReason } = await search('fjord', `&limit=${count + 1}`);
        expect(items.map(({ title }) => title)).to.deep.equal(['Frozen fjord']);
        expect([degraded, degradedReason]).to.deep.equal([true, 'index-unavailable']);
      }
    } finally {
      platform.node.thaw();
    }
    await pollUntil('OpenSearch answers again', isIndexed('Frozen fjord'), Boolean, RECOVERED_WITHIN_MS);
  });

  it('loses nothing when OpenSearch, search and the event store are killed in turn while MOCs are added', async function () {
    skipOnGivenEventStore(this, 'it kills the store');
    const newTitles: string[] = [];
    const adding = { isRunning: true };
    const addAll = async (): Promise<void> => {
      for (let number = 0; adding.isRunning; number += 1) {
        const title = `Hydra ${number}`;
        const isAdded = await add(title).then(
          () => true,
          () => false, // the store is away: the builder would try again
        );
        if (isAdded) newTitles.push(title);
        await sleep(50);
      }
    };
    const all = addAll();
    await platform.node.kill();
    const addedBefore = newTitles.length;
    await pollUntil('adding goes on without OpenSearch', () => newTitles.length > addedBefore + 10);
    const lastTitle = newTitles.at(-1) ?? '';
    await pollUntil('PostgreSQL finds what was added', async () => (await titles(lastTitle)).includes(lastTitle));
    expect(await search(lastTitle)).to.include({ degraded: true });
    await platform.node.start();
    await platform.killAndAwait('search');
    await platform.killAndAwait('event-store');
    const addedMeanwhile = newTitles.length;
    await pollUntil('adding goes on', () => newTitles.length > addedMeanwhile + 5, Boolean, RECOVERED_WITHIN_MS);
    adding.isRunning = false;
    await all;
    for (const title of newTitles)
      await pollUntil(`${title} is indexed`, isIndexed(title), Boolean, RECOVERED_WITHIN_MS);
    expect(await platform.operateSearch('moc-index-opensearch/parked', 'GET')).to.equal('{"parked":[],"total":0}');
  });

  it('catches up by itself after its index was read-only', async () => {
    await setReadOnly(true);
    await add('Dammed reservoir');
    await pollUntil('PostgreSQL finds it', async () => (await titles('reservoir')).length === 1);
    await pollUntil('answers say why', async () => (await search('reservoir')).degradedReason === 'index-behind');
    await setReadOnly(null);
    await pollUntil('it is indexed', isIndexed('Dammed reservoir'), Boolean, RECOVERED_WITHIN_MS);
  });

  it('says when to ask for the next page while its index is closed, gives it then, and catches up', async () => {
    await add('Drawbridge one');
    await add('Drawbridge two');
    const hasBoth = (page: SearchPage): boolean => page.degraded === undefined && page.items.length === 2;
    await pollUntil('both are indexed', () => search('drawbridge'), hasBoth, RECOVERED_WITHIN_MS);
    const first = await search('drawbridge', '&limit=1');
    const path = `/api/search?q=drawbridge&limit=10&cursor=${first.nextCursor ?? ''}`;
    const nextPage = () => requestsAs(platform, 'ada')(path, { method: 'GET' });
    const operateIndex = async (operation: '_close' | '_open'): Promise<void> => {
      const url = `${platform.node.url}/${await indexName()}/${operation}`;
      expect((await fetch(url, { method: 'POST' })).status).to.equal(200);
    };
    await operateIndex('_close');
    try {
      const reply = await pollUntil('the page waits', nextPage, ({ status }) => status === 503);
      expect(Number(reply.headers.get('retry-after'))).to.be.greaterThan(0);
      expect(await reply.json())
        .to.have.property('type')
        .that.matches(/index-(unavailable|behind)$/u);
      expect(await search('drawbridge')).to.include({ degraded: true });
      await add('Drawbridge three');
      await pollUntil('PostgreSQL finds it', async () => (await titles('drawbridge')).length === 3);
    } finally {
      await operateIndex('_open');
    }
    const reply = await pollUntil('the page is there', nextPage, ({ status }) => status === 200, RECOVERED_WITHIN_MS);
    const { items } = searchPage.parse(await reply.json());
    // The third one may sort behind the first page, or before it.
    const titlesOfPages = [...first.items, ...items]
      .map(({ title }) => title)
      .filter((title) => title !== 'Drawbridge three');
    expect(titlesOfPages.sort()).to.deep.equal(['Drawbridge one', 'Drawbridge two']);
    await pollUntil('it catches up', isIndexed('Drawbridge three'), Boolean, RECOVERED_WITHIN_MS);
    expect(await platform.operateSearch('moc-index-opensearch/parked', 'GET')).to.equal('{"parked":[],"total":0}');
  });

  it('builds its index anew after somebody deleted it', async () => {
    await fetch(`${platform.node.url}/lego-moc-moc-index-opensearch-*`, { method: 'DELETE' });
    await pollUntil('it is indexed again', isIndexed('Connecting viaduct'), Boolean, RECOVERED_WITHIN_MS);
  });
});
