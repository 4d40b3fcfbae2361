import type { Found, Search, Spelling } from './ports/search-index.ts';

/** So many exact matches need no similar ones, which cost more to find. */
const ENOUGH = 5;

/** Finds words as they are spelt, and similar ones too when those find too little. A later page is like the first. */
export const findBySpelling = async (
  search: Search,
  findPage: (search: Search, spelling: Spelling) => Promise<Found>,
): Promise<Found> => {
  const { after, limit, query } = search;
  const spelling = after?.spelling ?? search.spelling;
  if (spelling !== undefined) return findPage(search, spelling);
  const found = await findPage(search, 'as-spelt');
  return found.documents.length >= Math.min(limit, ENOUGH) || query.terms.length === 0
    ? found
    : findPage(search, 'alike');
};
