import type { DocumentPage, Search, Spelling } from './ports/search-index.ts';

/** So many exact matches need no similar ones, which cost more to find. */
const ENOUGH = 5;

/** Finds words as they are spelt, and similar ones too when those find too little. A later page is like the first. */
export const findBySpelling = async (
  search: Search,
  findPage: (search: Search, spelling: Spelling) => Promise<DocumentPage>,
): Promise<DocumentPage> => {
  const { after, limit, query } = search;
  const spelling = after?.spelling ?? search.spelling;
  if (spelling !== undefined) return findPage(search, spelling);
  const page = await findPage(search, 'as-spelt');
  return page.documents.length >= Math.min(limit, ENOUGH) || query.terms.length === 0
    ? page
    : findPage(search, 'alike');
};
