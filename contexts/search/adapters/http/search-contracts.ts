import { z } from 'zod';
import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  searchPage,
  searchQuery,
  similarMocs,
  similarQuery,
  suggestionQuery,
  suggestions,
} from '../../contracts/http-api.ts';

export const searchContract = defineRoute({
  method: 'get',
  path: '/v1/search',
  summary: 'Find MOCs, images, albums, wishes, sets, parts and builders',
  description:
    'Finds published MOCs, public images and albums, sets and parts of the catalogue, builders by name, and what only the caller sees: drafts, wishes, private images. While the full index is away, a simpler one answers and the page says `degraded`.',
  tags: ['search'],
  query: searchQuery,
  replies: {
    200: { description: 'What was found, best match first', schema: searchPage },
    503: {
      description:
        '`index-behind`: the revision of `atLeastRevision` is not indexed yet. The index that ranked the page of `cursor` does not answer just now: `index-behind`, `index-building` or `index-unavailable`. Both say when to try again',
    },
  },
});

export const suggestionsContract = defineRoute({
  method: 'get',
  path: '/v1/search/suggestions',
  summary: 'Complete a query while it is typed',
  description:
    'Titles, themes and tags of MOCs that the caller may find, in which every word begins as typed, builders by name, from three letters on sets and parts too, and what many people search for just now: that alone when `q` is empty.',
  tags: ['search'],
  query: suggestionQuery,
  replies: { 200: { description: 'The best ones', schema: suggestions } },
});

export const similarContract = defineRoute({
  method: 'get',
  path: '/v1/search/mocs/:mocId/similar',
  summary: 'Find MOCs like one',
  description: 'Published MOCs that share parts of their counted lists, tags or the theme.',
  tags: ['search'],
  params: z.object({ mocId: z.uuid() }),
  query: similarQuery,
  replies: {
    200: { description: 'The most similar first', schema: similarMocs },
    404: { description: 'The caller can see no such MOC' },
  },
});

export const SEARCH_CONTRACTS: readonly RouteContract[] = [searchContract, suggestionsContract, similarContract];
