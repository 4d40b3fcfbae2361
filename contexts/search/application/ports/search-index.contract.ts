import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { newId } from '@lego-moc/application/new-id';
import { isFault, parseQuery } from '../../domain/query.ts';
import type { IndexForTests } from '../../testing/index-for-tests.ts';
import { judge, meanOf } from '../../testing/judged-list.ts';
import { ada, bob, moc, queryOf } from '../../testing/sample-documents.ts';
import { builderDocumentsContract } from './builder-documents.contract.ts';
import { catalogueDocumentsContract } from './catalogue-documents.contract.ts';
import { documentTypesContract } from './document-types.contract.ts';
import { filtersContract } from './filters.contract.ts';
import { pagingContract } from './paging.contract.ts';
import type { Position, Search, SearchIndex } from './search-index.ts';

/** The contract of every adapter of `SearchIndex`. */
export const searchIndexContract = (open: () => Promise<IndexForTests>): void => {
  let testIndex: IndexForTests;
  let index: SearchIndex;
  let learn: IndexForTests['learn'];

  before(async () => {
    testIndex = await open();
    ({ index, learn } = testIndex);
  });

  const MOCS = { types: ['moc' as const], by: bob, sort: 'relevance' as const };
  const find = (query: string, search: Partial<Search> = {}) =>
    index.find({ query: queryOf(query), ...MOCS, limit: 50, ...search });
  const findTitles = async (query: string, by = bob, search: Partial<Search> = {}): Promise<readonly string[]> =>
    (await find(query, { by, ...search })).documents.map(({ title }) => title);

  it('returns the public fields of a MOC', async () => {
    const xylophone = moc({
      title: 'Xylophone shop',
      description: 'Two floors',
      theme: 'City',
      tags: ['music'],
      totalPieces: 2200,
    });
    await learn(xylophone);
    const { documents } = await find('xylophone');
    const { mocId, owner, title, description, theme, tags, status, totalPieces, createdAt, publishedAt } = xylophone;
    expect(documents).to.deep.equal([
      { type: 'moc', mocId, owner, title, description, theme, tags, status, totalPieces, createdAt, publishedAt },
    ]);
  });

  it('ranks the title before tags and theme, and these before the description', async () => {
    await learn(moc({ title: 'A', description: 'heron '.repeat(300) }));
    await learn(moc({ title: 'B', tags: ['heron'] }));
    await learn(moc({ title: 'Night heron' }));
    await learn(moc({ title: 'C', theme: 'Heron' }));
    const titles = await findTitles('heron');
    expect(titles[0]).to.equal('Night heron');
    expect(titles.slice(1, 3)).to.have.members(['B', 'C']);
    expect(titles[3]).to.equal('A');
  });

  it('finds a word by its beginning', async () => {
    await learn(moc({ title: 'Lighthouse of Quillon' }));
    expect(await findTitles('quil')).to.deep.equal(['Lighthouse of Quillon']);
    expect(await findTitles('QUILLON light')).to.deep.equal(['Lighthouse of Quillon']);
    expect(await findTitles('ion')).to.deep.equal([]);
  });

  it('ranks the whole word before its beginning', async () => {
    await learn(moc({ title: 'Zeppelinfeld' }));
    await learn(moc({ title: 'Zeppelin' }));
    expect(await findTitles('zeppelin')).to.deep.equal(['Zeppelin', 'Zeppelinfeld']);
  });

  it('finds misspelt words, after correctly spelt ones', async () => {
    await learn(moc({ title: 'Millennium bridge', tags: ['Hogwarts'] }));
    for (const misspelt of ['milenium', 'millenium', 'Hogwarst', 'hogwart', 'brigde'])
      expect(await findTitles(misspelt), misspelt).to.include('Millennium bridge');
    await learn(moc({ title: 'Milenium' }));
    expect((await findTitles('milenium'))[0]).to.equal('Milenium');
    expect(await findTitles('xqzwv')).to.deep.equal([]);
  });

  it('finds with and without accents', async () => {
    await learn(moc({ title: 'Château d’Ardèche' }));
    expect(await findTitles('chateau ardeche')).to.deep.equal(['Château d’Ardèche']);
    expect(await findTitles('château')).to.deep.equal(['Château d’Ardèche']);
  });

  it('finds words of other scripts', async () => {
    await learn(moc({ title: 'Замок 部品 цитадель' }));
    expect(await findTitles('замок')).to.deep.equal(['Замок 部品 цитадель']);
    expect(await findTitles('部品')).to.deep.equal(['Замок 部品 цитадель']);
  });

  it('finds only MOCs that match every word', async () => {
    await learn(moc({ title: 'Pelican crossing', tags: ['street'] }));
    expect(await findTitles('pelican street')).to.deep.equal(['Pelican crossing']);
    expect(await findTitles('pelican ocean')).to.deep.equal([]);
  });

  it('finds a MOC by the number that it has elsewhere, in its title before its tags', async () => {
    await learn(moc({ title: 'Mobile crane', tags: ['MOC-257369'] }));
    await learn(moc({ title: 'Crane MOC-257369' }));
    await learn(moc({ title: 'MOC crane 257368' }));
    const titles = await findTitles('MOC-257369');
    expect(titles.slice(0, 2)).to.deep.equal(['Crane MOC-257369', 'Mobile crane']);
    expect(await findTitles('"MOC-257369"')).to.deep.equal(['Crane MOC-257369', 'Mobile crane']);
  });

  it('finds drafts for their owner only', async () => {
    await learn(moc({ title: 'Secret ibis', status: 'draft', publishedAt: null }));
    expect(await findTitles('ibis', bob)).to.deep.equal([]);
    expect(await findTitles('ibis', ada)).to.deep.equal(['Secret ibis']);
    expect(await findTitles('', bob)).not.to.include('Secret ibis');
  });

  it('finds neither a deleted MOC nor a former title', async () => {
    const mocId = newId();
    await learn(moc({ mocId, title: 'Kingfisher one' }), 0n);
    await learn(moc({ mocId, title: 'Kingfisher two' }), 1n);
    expect(await findTitles('kingfisher')).to.deep.equal(['Kingfisher two']);
    await learn({ status: 'deleted', mocId, owner: ada, deletedAt: '2026-01-03T12:00:00.000Z' }, 2n);
    expect(await findTitles('kingfisher')).to.deep.equal([]);
  });

  it('keeps the newest revision, in whatever order and however often events come', async () => {
    const mocId = newId();
    const [older, newer] = [moc({ mocId, title: 'Bittern old' }), moc({ mocId, title: 'Bittern new' })];
    for (const [payload, revision] of [
      [newer, 5n],
      [older, 3n],
      [newer, 5n],
    ] as const)
      await learn(payload, revision);
    expect(await findTitles('bittern')).to.deep.equal(['Bittern new']);
  });

  it('lists everything, newest first, without words', async () => {
    await learn(moc({ title: 'Ultimate', createdAt: '2026-02-02T12:00:00.000Z' }));
    await learn(moc({ title: 'Penultimate', createdAt: '2026-02-01T12:00:00.000Z' }));
    expect((await findTitles('')).slice(0, 2)).to.deep.equal(['Ultimate', 'Penultimate']);
  });

  it('pages through the results without losing or repeating one', async () => {
    const titles = Array.from(
      { length: 23 },
      (_, number) => `Cormorant ${number % 3 === 0 ? 'rock' : 'cliff'} ${number}`,
    );
    for (const title of titles) await learn(moc({ title, tags: title.endsWith('1') ? ['cormorant'] : [] }));
    const pageTitles: string[] = [];
    let after: Position | undefined;
    for (let page = 0; page < 6; page += 1) {
      const { documents, positions, hasMore } = await find('cormorant', {
        limit: 5,
        ...(after === undefined ? {} : { after }),
      });
      pageTitles.push(...documents.map(({ title }) => title));
      if (!hasMore) break;
      after = positions.at(-1);
    }
    expect(pageTitles).to.have.length(23);
    expect(pageTitles).to.have.members(titles);
  });

  it('shifts no page when other documents come between two pages', async () => {
    for (let number = 0; number < 6; number += 1) await learn(moc({ title: `Shearwater ${number}` }));
    const first = await find('shearwater', { limit: 3 });
    await learn(moc({ title: 'Shearwater shearwater', tags: ['shearwater'] }));
    for (let number = 6; number < 9; number += 1) await learn(moc({ title: `Shearwater ${number}` }));
    const second = await find('shearwater', { limit: 50, after: first.positions.at(-1)! });
    const titles = [...first.documents, ...second.documents].map(({ title }) => title);
    expect(titles).to.have.members(Array.from({ length: 6 }, (_, number) => `Shearwater ${number}`));
  });

  describe('while documents come and go between two pages', () => pagingContract(() => testIndex));

  it('pages through results of misspelt words', async () => {
    for (let number = 0; number < 12; number += 1) await learn(moc({ title: `Archipelago ${number}` }));
    const first = await find('archipelgo', { limit: 7 });
    const second = await find('archipelgo', { limit: 7, after: first.positions.at(-1)! });
    const titles = [...first.documents, ...second.documents].map(({ title }) => title);
    expect([first.hasMore, second.hasMore, new Set(titles).size]).to.deep.equal([true, false, 12]);
  });

  it('treats any text as words, never as a query', async () => {
    for (const nasty of [
      "'; DROP TABLE moc_index_1; --",
      "crane' & !x | <-> :*",
      '$1 $<by> ${by} $/by/',
      '%_*\\',
      'title:crane OR 1=1',
      '\0',
      "''':*A",
    ])
      await findTitles(nasty);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        const query = parseQuery(text);
        fc.pre(!isFault(query));
        await index.find({ query, ...MOCS, limit: 5, facets: ['theme', 'pieces'] });
      }),
      { numRuns: 30 },
    );
    expect(await findTitles('xylophone')).to.deep.equal(['Xylophone shop']);
  });

  it('stores any text, NUL and lone surrogates included', async () => {
    const title = "Nul\0 and \ud800 lone 'quotes' \\ back";
    await learn(moc({ title, description: '\0', tags: ["it's", '\udfff'] }));
    expect(await findTitles('lone quotes')).to.have.length(1);
  });

  it('finds what a plural, and an English ending, is of', async () => {
    await learn(moc({ title: 'Battery crossbow' }));
    expect(await findTitles('batteries crossbows')).to.deep.equal(['Battery crossbow']);
  });

  it('finds synonyms, of several words too, and in both directions', async () => {
    await learn(moc({ title: 'Star Wars gunship' }));
    await learn(moc({ title: 'SW gunship' }));
    expect(await findTitles('sw gunship')).to.have.members(['Star Wars gunship', 'SW gunship']);
    expect(await findTitles('star wars gunship')).to.have.members(['Star Wars gunship', 'SW gunship']);
    await learn(moc({ title: 'Bulldozer 9000' }));
    expect(await findTitles('dozer 9000')).to.deep.equal(['Bulldozer 9000']);
  });

  it('finds a phrase where its words follow each other', async () => {
    await learn(moc({ title: 'Grey osprey nest' }));
    await learn(moc({ title: 'Osprey, grey' }));
    expect(await findTitles('"grey osprey"')).to.deep.equal(['Grey osprey nest']);
    expect(await findTitles('grey osprey')).to.have.length(2);
  });

  it('leaves out what holds an excluded word or phrase', async () => {
    await learn(moc({ title: 'Puffin rock' }));
    await learn(moc({ title: 'Puffin cliff', description: 'with a lighthouse keeper' }));
    expect(await findTitles('puffin -keeper')).to.deep.equal(['Puffin rock']);
    expect(await findTitles('puffin -"puffin rock"')).to.deep.equal(['Puffin cliff']);
  });

  describe('filters and facets', () => filtersContract(() => testIndex));

  it('sorts by the number of pieces, and by age, page by page', async () => {
    for (const [pieces, day] of [
      [300, '03'],
      [100, '01'],
      [200, '02'],
    ] as const)
      await learn(moc({ title: `Kestrel ${pieces}`, totalPieces: pieces, createdAt: `2025-01-${day}T12:00:00.000Z` }));
    for (const sort of ['pieces', 'newest'] as const) {
      const first = await find('kestrel', { sort, limit: 2 });
      const rest = await find('kestrel', { sort, limit: 2, after: first.positions.at(-1)! });
      const titles = [...first.documents, ...rest.documents].map(({ title }) => title);
      expect(titles, sort).to.deep.equal(['Kestrel 300', 'Kestrel 200', 'Kestrel 100']);
    }
  });

  it('sorts by popularity in tiers, the newer first within one, page by page', async () => {
    const names = ['old', 'middle', 'young', 'liked', 'loved'] as const;
    const ids = names.map(() => newId());
    const idOf = (name: (typeof names)[number]): string => ids.at(-names.indexOf(name)) ?? '';
    for (const [day, name] of names.entries()) {
      const createdAt = `2026-03-0${String(day + 1)}T12:00:00.000Z`;
      await learn(moc({ mocId: idOf(name), title: `Turnstone ${name}`, createdAt }));
    }
    await testIndex.learnInterest([
      { mocId: idOf('old'), likes: 400, bookmarks: 12 },
      { mocId: idOf('middle'), likes: 2, bookmarks: 1 },
      { mocId: idOf('loved'), likes: 0, bookmarks: 1 },
      { mocId: newId(), likes: 9, bookmarks: 9 },
    ]);
    const byPopularity = (search: Partial<Search> = {}) => find('turnstone', { sort: 'popularity', ...search });
    const first = await byPopularity({ limit: 2 });
    const rest = await byPopularity({ limit: 9, after: first.positions.at(-1)! });
    const titles = [...first.documents, ...rest.documents].map(({ title }) => title);
    const expected = ['old', 'middle', 'loved', 'liked', 'young'].map((name) => `Turnstone ${name}`);
    expect(titles).to.deep.equal(expected);

    await testIndex.learnInterest([{ mocId: idOf('young'), likes: 1, bookmarks: 0 }]);
    expect((await byPopularity({ limit: 1 })).documents.map(({ title }) => title)).to.deep.equal(['Turnstone young']);
  });

  describe('of other types', () => documentTypesContract(() => testIndex));
  describe('of builders', () => builderDocumentsContract(() => testIndex));
  describe('of the catalogue', () => catalogueDocumentsContract(() => testIndex));

  it('ranks similar MOCs by the tags that they share, then by theme', async () => {
    const loon = moc({ title: 'Loon', theme: 'Lakes', tags: ['loon', 'diver'] });
    await learn(loon);
    await learn(moc({ title: 'Loon two', theme: 'Lakes' }));
    await learn(moc({ title: 'Loon three', tags: ['diver', 'loon'] }));
    await learn(moc({ title: 'Loon four', tags: ['diver'] }));
    await learn(moc({ title: 'Loon draft', tags: ['diver', 'loon'], status: 'draft', publishedAt: null }));
    const similar = await index.similar(loon.mocId, bob, 10);
    expect(similar?.mocs.map(({ title }) => title)).to.deep.equal(['Loon three', 'Loon four', 'Loon two']);
  });

  describe('MOCs that share parts', () => {
    const partsUpTo = (count: number, name = 'part'): string[] =>
      Array.from({ length: count }, (_, number) => `${name}-${number}`);
    const grebe = moc({ title: 'Grebe', tags: ['grebe', 'floating'], parts: partsUpTo(40) });
    const titlesLike = async (mocId: string) =>
      (await index.similar(mocId, bob, 10))?.mocs.map(({ title }) => title) ?? [];

    before(async () => {
      const others = partsUpTo(30, 'other');
      await learn(grebe);
      await learn(moc({ title: 'Shares a tag', tags: ['floating'] }));
      await learn(moc({ title: 'Shares half of the parts', parts: [...others.slice(0, 20), ...partsUpTo(20)] }));
      await learn(moc({ title: 'Shares all parts', parts: partsUpTo(40).toReversed() }));
      await learn(moc({ title: 'Shares three parts', parts: [...others, ...partsUpTo(3)] }));
      await learn(moc({ title: 'Shares a tag, and a quarter of the parts', tags: ['floating'], parts: partsUpTo(10) }));
      await learn(moc({ title: 'Shares parts as a draft', parts: partsUpTo(40), status: 'draft', publishedAt: null }));
    });

    it('ranks those that share more parts first, before one that shares a tag, and leaves out a few parts', async () => {
      expect(await titlesLike(grebe.mocId)).to.deep.equal([
        'Shares all parts',
        'Shares half of the parts',
        'Shares a tag, and a quarter of the parts',
        'Shares a tag',
      ]);
    });

    it('does not take two short lists for equal models', async () => {
      const [few, many] = [moc({ parts: ['stub-1'], tags: ['stub'] }), moc({ title: 'Stub tag', tags: ['stub'] })];
      for (const stub of [few, many, moc({ title: 'Stub part', parts: ['stub-1'] })]) await learn(stub);
      expect(await titlesLike(few.mocId)).to.deep.equal(['Stub tag', 'Stub part']);
    });
  });

  it('knows no similar ones of a MOC that the caller cannot see', async () => {
    const draft = moc({ status: 'draft', publishedAt: null });
    await learn(draft);
    expect(await index.similar(draft.mocId, bob, 10)).to.equal(undefined);
    expect(await index.similar(newId(), bob, 10)).to.equal(undefined);
    expect(await index.similar(draft.mocId, ada, 10)).not.to.equal(undefined);
  });

  it('ranks the judged list well', async () => {
    const synonyms = await readFile(join(import.meta.dirname, '../../synonyms.txt'), 'utf8');
    expect(meanOf(await judge({ index, learn }, synonyms))).to.be.greaterThan(0.95);
  });
};
