import { expect } from 'chai';
import type { DocumentType, FoundDocument } from '../../contracts/http-api.ts';
import type { IndexForTests } from '../../testing/index-for-tests.ts';
import { bob, catalogueSet, moc, part, queryOf } from '../../testing/sample-documents.ts';
import { suggest } from '../suggest.ts';
import type { Search } from './search-index.ts';

const ALL: readonly DocumentType[] = ['moc', 'set', 'part'];

/** The part of the contract of `SearchIndex` that is about sets and parts. */
export const catalogueDocumentsContract = (testIndex: () => IndexForTests): void => {
  const find = (query: string, search: Partial<Search> = {}) =>
    testIndex().index.find({
      ...{ query: queryOf(query), types: ALL, by: bob, sort: 'relevance', limit: 50, ...search },
    });
  const nameOf = (document: FoundDocument): string => {
    if (document.type === 'set') return document.setNumber;
    return document.type === 'part' ? document.partNumber : document.title;
  };
  const findNames = async (query: string, search: Partial<Search> = {}): Promise<readonly string[]> =>
    (await find(query, search)).documents.map(nameOf);

  before(async () => {
    await testIndex().learnCatalogue([
      part('3001', 'Stonechat 2 x 2'),
      part('3001pr0001', 'Stonechat 2 x 2 with print'),
      part('3001pr0002', 'Stonechat 2 x 2 with stickers', null),
      catalogueSet('10255-1', 'Stonechat square'),
      catalogueSet('10255-2', 'Stonechat square, second edition', {
        year: null,
        pieces: null,
        theme: null,
        subthemes: [],
      }),
      catalogueSet('3001-1', 'Whimbrel house', { ...{ year: null, pieces: null }, ...{ theme: null, subthemes: [] } }),
      catalogueSet('10256-1', 'Wagtail mahal', { year: 2018, pieces: 5923, theme: 'Exclusives' }),
    ]);
    await testIndex().learn(moc({ title: '10255 10255 3001 alternate', tags: ['10255', '3001'], totalPieces: 4_000 }));
  });

  it('returns the fields of sets and parts', async () => {
    expect((await find('stonechat', { types: ['set'] })).documents).to.have.deep.members([
      {
        ...{ type: 'set', setNumber: '10255-1', title: 'Stonechat square', theme: 'Icons', subthemes: ['Modular'] },
        ...{ year: 2017, pieces: 4002 },
      },
      {
        ...{ type: 'set', setNumber: '10255-2', title: 'Stonechat square, second edition', theme: '', subthemes: [] },
        ...{ year: null, pieces: null },
      },
    ]);
    expect((await find('"with print"', { types: ['part'] })).documents).to.deep.equal([
      { type: 'part', partNumber: '3001pr0001', title: 'Stonechat 2 x 2 with print', category: 'Bricks' },
    ]);
  });

  it('finds a set first by its number, with and without its edition', async () => {
    for (const query of ['10255', '10255-1', 'set 10255', 'SET 10255-1'])
      expect((await findNames(query))[0], query).to.equal('10255-1');
    expect((await findNames('10255-2'))[0]).to.equal('10255-2');
    expect(await findNames('10255')).to.have.members(['10255-1', '10255-2', '10255 10255 3001 alternate']);
  });

  it('finds a part first by its number or its very name', async () => {
    for (const query of ['3001', 'part 3001', 'stonechat 2 x 2'])
      expect((await findNames(query))[0], query).to.equal('3001');
    expect(await findNames('3001pr', { types: ['part'] })).to.have.members(['3001pr0001', '3001pr0002']);
  });

  it('finds what has a number in full before a set that has it without its edition', async () => {
    expect((await findNames('3001')).slice(0, 2)).to.deep.equal(['3001', '3001-1']);
    for (const query of ['set 3001', '3001-1']) expect((await findNames(query))[0], query).to.equal('3001-1');
  });

  it('finds no similar numbers, but misspelt names', async () => {
    expect(await findNames('10257')).to.deep.equal([]);
    expect(await findNames('wagtial mahal')).to.deep.equal(['10256-1']);
  });

  it('finds neither sets nor parts among MOCs', async () => {
    expect(await findNames('wagtail', { types: ['moc'] })).to.deep.equal([]);
  });

  it('filters sets by theme, subtheme, year and pieces, and counts by these', async () => {
    const types: Partial<Search> = { types: ['set', 'part'] };
    expect(await findNames('theme:icons tag:modular', types)).to.deep.equal(['10255-1']);
    expect(await findNames('year:2018', types)).to.deep.equal(['10256-1']);
    expect(await findNames('pieces:5000..', types)).to.deep.equal(['10256-1']);
    const { facets } = await find('', { ...types, facets: ['theme', 'by', 'year'] });
    expect(facets).to.deep.equal({
      theme: [
        { value: 'bricks', count: 2 },
        { value: 'exclusives', count: 1 },
        { value: 'icons', count: 1 },
      ],
      by: [],
      year: [
        { value: '2017', count: 1 },
        { value: '2018', count: 1 },
      ],
    });
  });

  it('completes set numbers, part numbers and names from three letters on', async () => {
    const complete = async (text: string) => {
      const search = { query: queryOf(text), by: bob, limit: 8 };
      return (await suggest(testIndex().index, search)).suggestions.filter(
        ({ kind }) => kind === 'set' || kind === 'part',
      );
    };
    expect(await complete('1025')).to.have.deep.members([
      { kind: 'set', text: '10255-1', name: 'Stonechat square' },
      { kind: 'set', text: '10255-2', name: 'Stonechat square, second edition' },
      { kind: 'set', text: '10256-1', name: 'Wagtail mahal' },
    ]);
    expect((await complete('3001'))[0]).to.deep.equal({ kind: 'part', text: '3001', name: 'Stonechat 2 x 2' });
    expect(await complete('wagt')).to.deep.equal([{ kind: 'set', text: '10256-1', name: 'Wagtail mahal' }]);
    expect(await complete('wa')).to.deep.equal([]);
  });

  it('pages through documents of several types without losing or repeating one', async () => {
    const first = await find('stonechat', { limit: 2 });
    const rest = await find('stonechat', { after: first.positions.at(-1)! });
    const names = [...first.documents, ...rest.documents].map(nameOf);
    expect(names).to.have.members(['3001', '3001pr0001', '3001pr0002', '10255-1', '10255-2']);
    expect(rest.hasMore).to.equal(false);
  });

  it('finds nothing of a former release once another one is loaded', async () => {
    await testIndex().learnCatalogue([part('3002', 'Whinchat 2 x 3')]);
    expect(await findNames('stonechat', { types: ['set', 'part'] })).to.deep.equal([]);
    expect(await findNames('whinchat')).to.deep.equal(['3002']);
  });
};
