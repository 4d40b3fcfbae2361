import { expect } from 'chai';
import type { IndexForTests } from '../../testing/index-for-tests.ts';
import { ada, bob, moc, queryOf } from '../../testing/sample-documents.ts';
import type { DocumentPage, Search } from './search-index.ts';

/** The part of the contract of `SearchIndex` about pages of an index that changes between them. */
export const pagingContract = (open: () => IndexForTests): void => {
  const learn: IndexForTests['learn'] = (document, revision) => open().learn(document, revision);
  const find = (query: string, search: Pick<Search, 'sort' | 'limit' | 'after'>): Promise<DocumentPage> =>
    open().index.find({ query: queryOf(query), types: ['moc'], by: bob, ...search });

  const dayOf = (day: number): object => ({ createdAt: `2025-03-${String(day).padStart(2, '0')}T12:00:00.000Z` });
  /** Sorts before those with lower numbers, whatever the results are sorted by. */
  const mocAt = (word: string, number: number) =>
    moc({ title: `${word} ${number}`, totalPieces: number, ...dayOf(number) });

  for (const [sort, word] of [
    ['relevance', 'godwit'],
    ['newest', 'curlew'],
    ['pieces', 'plover'],
  ] as const)
    it(`sorted by ${sort}, repeats and loses none of them, and shows nothing that was erased meanwhile`, async () => {
      const [lastMoc, erasedMoc, ...others] = [1, 3, 5, 7, 9, 11].map((number) => mocAt(word, number));
      for (const document of [lastMoc!, erasedMoc!, ...others]) await learn(document);
      const query = sort === 'relevance' ? word : `${word} pieces:1..20`;
      const first = await find(query, { sort, limit: 3 });
      for (const number of [20, 10, 8]) await learn(mocAt(word, number));
      await learn(
        { status: 'deleted', mocId: erasedMoc!.mocId, owner: ada, deletedAt: '2026-01-03T12:00:00.000Z' },
        1n,
      );
      const second = await find(query, { sort, limit: 50, after: first.positions.at(-1)! });
      expect(first.documents.map(({ title }) => title)).to.deep.equal([11, 9, 7].map((number) => `${word} ${number}`));
      expect(second.documents.map(({ title }) => title)).to.deep.equal([`${word} 5`, `${word} 1`]);
    });
};
