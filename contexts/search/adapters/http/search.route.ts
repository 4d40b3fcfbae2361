import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import type { SearchIndex } from '../../application/ports/search-index.ts';
import { searchPage, searchQuery, type SearchPage } from '../../contracts/http-api.ts';
import { searchWords } from '../../domain/words.ts';
import { encodeCursor, decodeCursor } from './cursor.ts';

export const searchContract = defineRoute({
  method: 'get',
  path: '/v1/search',
  summary: 'Find MOCs',
  description: 'Finds published MOCs and drafts of the caller.',
  tags: ['search'],
  query: searchQuery,
  replies: { 200: { description: 'The MOCs found, best match first', schema: searchPage } },
});

export const searchRoute = (index: SearchIndex): Router =>
  route(searchContract, async ({ query: { q, cursor, limit }, request }) => {
    const by = userOf(request).id;
    const words = searchWords(q);
    // A query without a letter or digit matches nothing; listing everything would be wrong.
    if (words.length === 0 && q.trim() !== '') return ok({ items: [] } satisfies SearchPage);

    const after = cursor === undefined ? {} : { after: decodeCursor(cursor, words) };
    const { mocs, last, hasMore } = await index.find({ words, by, limit, ...after });
    const page: SearchPage = {
      items: [...mocs],
      ...(hasMore && last !== undefined ? { nextCursor: encodeCursor(last, words) } : {}),
    };
    return ok(page);
  });
