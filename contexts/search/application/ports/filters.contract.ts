import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { FacetName } from '../../contracts/http-api.ts';
import type { IndexForTests } from '../../testing/index-for-tests.ts';
import { ada, bob, moc, queryOf } from '../../testing/sample-documents.ts';
import type { Search } from './search-index.ts';

/** The part of the contract of `SearchIndex` that is about filters and facets. */
export const filtersContract = (testIndex: () => IndexForTests): void => {
  const find = (query: string, search: Partial<Search> = {}) =>
    testIndex().index.find({
      ...{ query: queryOf(query), types: ['moc'], by: bob, sort: 'relevance', limit: 50 },
      ...search,
    });
  const findTitles = async (query: string): Promise<readonly string[]> =>
    (await find(query)).documents.map(({ title }) => title);

  const instructions = { fileId: newId(), kind: 'instruction' as const, name: 'a.pdf' };
  const colours = (...names: readonly string[]) => names.map((name, at) => ({ id: String(at), name, pieces: 9 }));
  const partsList = { partsListId: newId(), title: '', status: 'counted' as const, lots: 1, pieces: 700 };

  before(async () => {
    const year = (is: string) => ({ createdAt: `${is}-05-05T12:00:00.000Z`, publishedAt: null });
    await testIndex().learn(
      moc({
        ...{ title: 'Gannet 1', theme: 'Castle', tags: ['Sea Bird'], totalPieces: 700, partsLists: [partsList] },
        colours: colours('Dark Red', 'White', 'Trans-Clear'),
      }),
    );
    await testIndex().learn(
      moc({ title: 'Gannet 2', theme: 'castle', tags: ['Cliff'], totalPieces: 2_500, files: [instructions] }),
    );
    await testIndex().learn(
      moc({
        title: 'Gannet 3',
        theme: 'City',
        owner: bob,
        totalPieces: 50,
        ...year('2020'),
        status: 'draft',
        colours: colours('White'),
      }),
    );
    await testIndex().learn(moc({ title: 'Gannet 4', owner: ada, theme: 'City', ...year('2021'), status: 'draft' }));
  });

  for (const [query, titles] of [
    ['gannet theme:CASTLE', ['Gannet 1', 'Gannet 2']],
    ['gannet tag:"sea bird"', ['Gannet 1']],
    ['gannet colour:white', ['Gannet 1', 'Gannet 3']],
    ['gannet colour:"DARK red"', ['Gannet 1']],
    ['gannet colour:red', []],
    ['gannet by:ada', ['Gannet 1', 'Gannet 2']],
    ['gannet pieces:500..2000', ['Gannet 1']],
    ['gannet pieces:2500', ['Gannet 2']],
    ['gannet year:..2025', ['Gannet 3']],
    ['gannet has:instructions', ['Gannet 2']],
    ['gannet has:parts theme:castle', ['Gannet 1']],
    ['theme:castle has:parts', ['Gannet 1']],
  ] as const)
    it(`finds ${titles.length === 0 ? 'nothing' : titles.join(' and ')} by ${query}`, async () => {
      expect(await findTitles(query)).to.have.members(titles);
    });

  const facets = async (query: string, ...names: FacetName[]) =>
    (await find(query, { facets: names, spelling: 'as-spelt' })).facets;

  it('counts what the caller may see, by every facet', async () => {
    expect(await facets('gannet', 'theme', 'tag', 'colour', 'by', 'year', 'pieces', 'has')).to.deep.equal({
      theme: [
        { value: 'castle', count: 2 },
        { value: 'city', count: 1 },
      ],
      tag: [
        { value: 'cliff', count: 1 },
        { value: 'sea bird', count: 1 },
      ],
      colour: [
        { value: 'white', count: 2 },
        { value: 'dark red', count: 1 },
        { value: 'trans clear', count: 1 },
      ],
      by: [
        { value: 'ada', count: 2 },
        { value: 'bob', count: 1 },
      ],
      year: [
        { value: '2026', count: 2 },
        { value: '2020', count: 1 },
      ],
      pieces: [
        { value: '..99', count: 1 },
        { value: '2000..4999', count: 1 },
        { value: '500..999', count: 1 },
      ],
      has: [
        { value: 'instructions', count: 1 },
        { value: 'parts', count: 1 },
      ],
    });
  });

  it('finds and counts only those that it is asked about', async () => {
    const { documents } = await find('gannet', { spelling: 'as-spelt' });
    const among = documents.flatMap((document) =>
      document.type === 'moc' && document.title !== 'Gannet 1' ? [document.mocId] : [],
    );
    const page = await find('gannet theme:castle', { among, facets: ['theme'] });
    expect(page.documents.map(({ title }) => title)).to.deep.equal(['Gannet 2']);
    expect(page.facets?.theme?.map(({ value, count }) => [value, count])).to.deep.equal([
      ['castle', 1],
      ['city', 1],
    ]);
    expect((await find('gannet', { among: [] })).documents).to.deep.equal([]);
  });

  it('ranks no more matches than it is asked to', async () => {
    expect((await find('gannet', { rankedMax: 1, spelling: 'as-spelt' })).documents).to.have.length(1);
  });

  it('counts colours with all other filters, and others with the one by colour', async () => {
    const counts = await facets('gannet colour:"dark red" theme:castle', 'colour', 'theme', 'by');
    expect(counts?.colour?.map(({ value }) => value)).to.deep.equal(['dark red', 'trans clear', 'white']);
    expect(counts?.theme).to.deep.equal([{ value: 'castle', count: 1 }]);
    expect(counts?.by).to.deep.equal([{ value: 'ada', count: 1 }]);
  });

  it('counts a facet without its own filter and with all others', async () => {
    const counts = await facets('gannet theme:castle pieces:500..2000', 'theme', 'pieces');
    expect(counts?.theme).to.deep.equal([{ value: 'castle', count: 1 }]);
    expect(counts?.pieces).to.deep.equal([
      { value: '2000..4999', count: 1 },
      { value: '500..999', count: 1 },
    ]);
  });
};
