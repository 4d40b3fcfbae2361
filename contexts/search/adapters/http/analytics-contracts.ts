import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  analyticsQuery,
  clickReport,
  searchAnalytics,
  topQueries,
  topQueriesQuery,
} from '../../contracts/analytics-api.ts';

export const clickContract = defineRoute({
  method: 'post',
  path: '/v1/search/clicks',
  summary: 'Report that a search result was opened',
  description:
    'Counted without the person and the document. Reporting it again changes nothing. Pages of searches that are not recorded have no `queryId` and take no reports.',
  tags: ['search'],
  body: clickReport,
  replies: {
    204: { description: 'It is counted' },
    409: { description: 'Enough results of this search were opened: `too-many-clicks`' },
    410: { description: 'The search is not recorded, or was more than a day ago: `query-not-recorded`' },
    422: { description: 'The page had fewer results: `position-not-served`' },
  },
});

const OPERATIONS = { tags: ['operations'], access: 'operator', method: 'get' } as const;

export const analyticsContract = defineRoute({
  ...OPERATIONS,
  path: '/ops/analytics',
  summary: 'How many searches there were, how long they took and what became of them',
  query: analyticsQuery,
  replies: { 200: { description: 'In the period, of at most 31 days', schema: searchAnalytics } },
});

export const topQueriesContract = defineRoute({
  ...OPERATIONS,
  path: '/ops/analytics/queries',
  summary: 'The most frequent queries, or those without results',
  query: topQueriesQuery,
  replies: { 200: { description: 'In the period, of at most 31 days', schema: topQueries } },
});

export const ANALYTICS_CONTRACTS: readonly RouteContract[] = [clickContract, analyticsContract, topQueriesContract];
