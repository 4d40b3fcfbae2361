import { expect } from 'chai';
import type { IndexForTests } from '../../testing/index-for-tests.ts';
import { ada, bob, builder, moc, queryOf } from '../../testing/sample-documents.ts';
import { suggest } from '../suggest.ts';
import type { Search } from './search-index.ts';

const avatar = { 64: '/64', 128: '/128', 256: '/256', 512: '/512' };

/** The part of the contract of `SearchIndex` that is about builders. */
export const builderDocumentsContract = (testIndex: () => IndexForTests): void => {
  const find = (query: string, search: Partial<Search> = {}) =>
    testIndex().index.find({
      ...{ query: queryOf(query), types: ['builder'], by: bob, sort: 'relevance', limit: 50, ...search },
    });
  const findNames = async (query: string, search: Partial<Search> = {}): Promise<readonly string[]> =>
    (await find(query, search)).documents.map(({ title }) => title);
  const complete = async (text: string) =>
    (await suggest(testIndex().index, { query: queryOf(text), by: bob, limit: 8 })).suggestions.filter(
      ({ kind }) => kind === 'builder',
    );

  before(async () => {
    await testIndex().learnBuilder(builder('ada', 'Ada Nutcracker', { bio: 'Siskin cranes', avatar }));
    await testIndex().learnBuilder(builder('nut', 'Nutcracker'));
    await testIndex().learnBuilder(builder('fan', 'Fan', { bio: 'I follow Nutcracker' }));
    await testIndex().learn(moc({ title: 'Nutcracker soldier' }));
  });

  it('returns the public fields of a profile, and neither location nor website', async () => {
    expect((await find('siskin')).documents).to.deep.equal([
      {
        ...{ type: 'builder', userId: 'ada', title: 'Ada Nutcracker', description: 'Siskin cranes', avatar },
        createdAt: '2026-01-05T12:00:00.000Z',
      },
    ]);
    expect(await findNames('billund')).to.deep.equal([]);
  });

  it('finds the very name first, then names that have it, then bios', async () => {
    expect(await findNames('nutcracker')).to.deep.equal(['Nutcracker', 'Ada Nutcracker', 'Fan']);
  });

  it('finds no builder among MOCs', async () => {
    expect(await findNames('nutcracker', { types: ['moc'] })).to.deep.equal(['Nutcracker soldier']);
  });

  it('completes names of builders, not words of bios', async () => {
    expect(await complete('nu')).to.have.deep.members([
      { kind: 'builder', text: 'Nutcracker', userId: 'nut' },
      { kind: 'builder', text: 'Ada Nutcracker', userId: 'ada' },
    ]);
    expect(await complete('sis')).to.deep.equal([]);
  });

  it('finds nothing of an erased user, nor of one without a profile, whatever comes late', async () => {
    await testIndex().learnBuilder(builder('gone', 'Hawfinch'), 1n);
    await testIndex().learnBuilder({ ...builder('lost', 'Hawfinch'), profile: null }, 1n);
    expect(await findNames('hawfinch', { by: ada })).to.deep.equal(['Hawfinch']);
    const erasedAt = '2026-02-01T12:00:00.000Z';
    await testIndex().learnBuilder({ status: 'erased', userId: 'gone', erasedAt, profile: null }, 3n);
    await testIndex().learnBuilder(builder('gone', 'Hawfinch'), 2n);
    expect(await findNames('hawfinch')).to.deep.equal([]);
    expect(await complete('hawf')).to.deep.equal([]);
  });
};
