import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { pollUntil } from '@lego-moc/application/poll-until';
import { hasOpenSearchNode, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { searchPage, similarMocs, type SearchPage } from '../../contexts/search/contracts/http-api.ts';
import { apiAs, expectProblem, type Api } from './api.ts';
import { openSearchPlatform, RECOVERED_WITHIN_MS } from './opensearch-platform.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';

/** Letters only: words with digits are never taken for misspelt. */
const newWord = (): string => randomUUID().replaceAll(/[\d-]/gu, '').padEnd(8, 'q');

const csv = (...lots: readonly string[]): Blob => new Blob([['Part,Color,Quantity', ...lots].join('\n')]);

/** What nobody may reach an index with. */
const HOSTILE_QUERIES = [
  ...['*', '?*', '/.*/', 'title:*', '_id:a', '_exists_:title', '(a OR b) AND NOT c', '{"match_all":{}}', '[1 TO *]'],
  ...['${7*7}', '{{7*7}}', '<script>alert(1)</script>', "doc['id'].value", '%00', '\\', '"', "'; DROP TABLE moc_index"],
];

const describeQueries = (name: string, start: () => Promise<TestPlatform>, isThere: () => boolean): void => {
  describe(`searching in ${name} through the gateway`, function () {
    this.timeout(3 * PLATFORM_WITHIN_MS);
    let platform: TestPlatform;
    let word: string;
    let [ada, bob]: readonly [Api, Api] = [] as never;
    let send: SendRequest;
    let mocId: string;

    const find = async (query: string, by = bob): Promise<SearchPage> => {
      const { status, body } = await by('GET', `/api/search?${query}`);
      expect(status, JSON.stringify(body)).to.equal(200);
      return searchPage.parse(body);
    };
    const q = (text: string): string => `q=${encodeURIComponent(`${text} ${word}`.trim())}`;
    const titles = async (query: string, by = bob): Promise<readonly string[]> =>
      (await find(query, by)).items.map(({ title }) => title.replace(` ${word}`, ''));

    /** A published MOC with instructions and a parts list. */
    const publish = async (title: string, list: Blob): Promise<string> => {
      const body = new FormData();
      for (const [field, text] of Object.entries({ title: `${title} ${word}`, theme: 'Harbour', tags: 'jib,quay' }))
        body.set(field, text);
      body.set('instructionsFile', new Blob(['%PDF-1.4\n%%EOF\n']), 'crane.pdf');
      body.set('partsLists', list, 'parts.csv');
      const reply = await send('/api/mocs/with-files', { method: 'POST', body });
      const moc = mocReply.parse(await reply.json());
      const publication = () => send(`/api/mocs/${moc.mocId}/publication`, { method: 'PUT' });
      await pollUntil('It is published', publication, ({ status }) => status === 204, RECOVERED_WITHIN_MS);
      return moc.mocId;
    };

    before(async function () {
      if (!isThere()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
      platform = await start();
      word = newWord();
      [ada, bob] = [apiAs(platform, `ada-${word}`), apiAs(platform, `bob-${word}`)];
      send = requestsAs(platform, `ada-${word}`);
      mocId = await publish('Small crane', csv('3001,4,6', '3003,4,4'));
      await publish('Large crane', csv('3001,4,6', '3003,1,40'));
      await send('/api/mocs', json('POST', { title: `Steam engine ${word}`, description: 'Not a crane' }));
      const all = () => find(q('has:parts'));
      await pollUntil('both are found', all, ({ items }) => items.length === 2, RECOVERED_WITHIN_MS);
      const draft = () => find(q('engine'), ada);
      await pollUntil('the draft is found', draft, ({ items }) => items.length === 1, RECOVERED_WITHIN_MS);
    });

    it('finds a draft for its owner only, also by a synonym of two words', async () => {
      expect(await titles(q('steamer'), ada)).to.deep.equal(['Steam engine']);
      expect(await titles(q('steamer'))).to.deep.equal([]);
      expect(await titles(q(''))).to.have.members(['Small crane', 'Large crane']);
    });

    for (const [filter, expected] of [
      ['theme:harbour', ['Large crane', 'Small crane']],
      ['theme:castle', []],
      ['tag:jib', ['Large crane', 'Small crane']],
      ['colour:blue', ['Large crane']],
      ['pieces:5..20', ['Small crane']],
      ['pieces:47..', []],
      [`year:${new Date().getUTCFullYear()}`, ['Large crane', 'Small crane']],
      ['year:..2001', []],
      ['has:instructions', ['Large crane', 'Small crane']],
      ['-large', ['Small crane']],
      ['by:me', []],
    ] as const)
      it(`finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')} by ${filter}`, async () => {
        expect((await titles(q(filter))).toSorted()).to.deep.equal(expected);
      });

    it('counts by every facet, each with all filters but its own', async () => {
      const owner = (await find(q('small'))).items.map((moc) => 'owner' in moc && moc.owner)[0];
      const { facets } = await find(`${q('colour:blue')}&facets=theme,tag,colour,by,year,pieces,has`);
      const countOf = (value: unknown) => [{ value, count: 1 }];
      expect(facets).to.deep.include({
        ...{ theme: countOf('harbour'), by: countOf(owner), year: countOf(String(new Date().getUTCFullYear())) },
        colour: [
          { value: 'red', count: 2 },
          { value: 'blue', count: 1 },
        ],
      });
      expect(facets?.tag).to.have.deep.members([...countOf('jib'), ...countOf('quay')]);
      expect(facets?.pieces).to.deep.equal(countOf('..99'));
      expect(facets?.has).to.have.deep.members([...countOf('instructions'), ...countOf('parts')]);
    });

    it('marks what was searched for', async () => {
      const [item] = (await find(q('small'))).items;
      expect(item?.highlights?.title).to.deep.equal([
        [0, 5],
        [12, 12 + word.length],
      ]);
    });

    it('corrects a misspelt word', async () => {
      expect(await find(`q=${word.slice(0, -1)}x`)).to.include({ didYouMean: word });
    });

    it('sorts by pieces and by age, page by page, whatever comes meanwhile', async () => {
      expect(await titles(`${q('crane')}&sort=pieces`)).to.deep.equal(['Large crane', 'Small crane']);
      expect(await titles(`${q('has:parts')}&sort=newest`)).to.deep.equal(['Large crane', 'Small crane']);
      const newest = () => find(`${q('')}&sort=newest&limit=1`, ada);
      // A cursor belongs to the index that answered.
      const isUsual = ({ degraded }: SearchPage): boolean => degraded === undefined;
      const first = await pollUntil('the usual index answers', newest, isUsual, RECOVERED_WITHIN_MS);
      await send('/api/mocs', json('POST', { title: `Newer buoy ${word}` }));
      const isNewest = (page: SearchPage): boolean => isUsual(page) && page.items[0]?.title === `Newer buoy ${word}`;
      await pollUntil('it is found', newest, isNewest, RECOVERED_WITHIN_MS);
      const path = `${q('')}&sort=newest&limit=100&cursor=${first.nextCursor ?? ''}`;
      const rest = await titles(path, ada);
      expect(first.items).to.have.length(1);
      expect(rest).to.have.length(2).and.not.to.include('Newer buoy');
    });

    it('finds the published MOC that is most alike', async () => {
      const { status, body } = await bob('GET', `/api/search/mocs/${mocId}/similar?limit=1`);
      expect(status).to.equal(200);
      expect(similarMocs.parse(body).items.map(({ title }) => title)).to.deep.equal([`Large crane ${word}`]);
    });

    it('finds a part by its number, and completes its name', async () => {
      const part = () => find('q=3001&type=set,part');
      const { items } = await pollUntil('it is loaded', part, (page) => page.items.length > 0, RECOVERED_WITHIN_MS);
      expect(items[0]).to.include({ type: 'part', partNumber: '3001' });
    });

    it('shows a change at once to those who demand its revision', async () => {
      for (let time = 1; time <= 5; time += 1) {
        const reply = await send('/api/mocs', json('POST', { title: `Pier ${'i'.repeat(time)} ${word}` }));
        const moc = mocReply.pick({ mocId: true, revision: true }).parse(await reply.json());
        const demand = `${q(`pier ${'i'.repeat(time)}`)}&atLeastRevision=${moc.mocId}:${moc.revision}`;
        const isKnown = ({ status }: { readonly status: number }): boolean => status === 200;
        const { body } = await pollUntil('it is indexed', () => ada('GET', `/api/search?${demand}`), isKnown);
        expect(searchPage.parse(body).items.map(({ title }) => title)).to.include(`Pier ${'i'.repeat(time)} ${word}`);
      }
    });

    it('finds nothing more by the syntax of an index, a script or a template', async () => {
      for (const text of HOSTILE_QUERIES) {
        const { status, body } = await bob('GET', `/api/search?${q(text)}&facets=theme`);
        expect(status, text).to.be.oneOf([200, 400]);
        if (status === 200) {
          const titles = searchPage.parse(body).items.map(({ title }) => title);
          expect(
            titles.every((title) => title.includes(word)),
            text,
          ).to.equal(true);
        }
      }
    });

    it('refuses what would cost too much, and names it', async () => {
      const words = Array.from({ length: 17 }, (_, number) => `w${number}`).join('%20');
      for (const [query, pointer] of [
        [`q=${'a'.repeat(201)}`, '/query/q'],
        [`q=${words}`, '/query/q'],
        [`q=${'-a%20'.repeat(9)}`, '/query/q'],
        ['q=crane&limit=101', '/query/limit'],
        ['q=crane&facets=title', '/query/facets'],
        ['q=crane&sort=script', '/query/sort'],
        ['q=crane&type=_all', '/query/type'],
        [`q=crane&cursor=${'a'.repeat(1_001)}`, '/query/cursor'],
      ] as const)
        expectProblem(await bob('GET', `/api/search?${query}`), 400, 'invalid-request', pointer);
      expectProblem(await bob('GET', '/api/search?q=crane&cursor=WzEwMDAwMF0'), 400, 'cursor-invalid', '/query/cursor');
    });
  });
};

describeQueries('PostgreSQL', sharedPlatform, () => true);
describeQueries('OpenSearch', openSearchPlatform, hasOpenSearchNode);
