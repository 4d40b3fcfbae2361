import { defineRoute, type RouteContract } from '@lego-moc/http/route-contract';
import {
  aggregateParams,
  aggregateQuery,
  aggregateReply,
  differenceQuery,
  differenceReply,
  givenQuery,
  givenReply,
} from './contracts/aggregates.ts';

const about = { tags: ['operations'], access: 'operator', method: 'get', params: aggregateParams } as const;
const refusals = {
  404: {
    description: 'category-unknown: this service folds no such streams; state-unknown: nothing had happened by then',
  },
  422: { description: 'history-too-long: look at its events instead' },
  429: { description: 'operations-busy: too many questions at once; Retry-After says when' },
} as const;

export const AGGREGATE = defineRoute({
  ...{ ...about, path: '/ops/aggregates/:category/:id', query: aggregateQuery },
  summary: 'The state of an aggregate after a revision, at an instant, or now, masked',
  replies: { 200: { description: 'The state', schema: aggregateReply }, ...refusals },
});

export const DIFFERENCE = defineRoute({
  ...{ ...about, path: '/ops/aggregates/:category/:id/difference', query: differenceQuery },
  summary: 'What changed in the state of an aggregate between two revisions, masked',
  replies: { 200: { description: 'The values that differ', schema: differenceReply }, ...refusals },
});

export const GIVEN = defineRoute({
  ...{ ...about, path: '/ops/aggregates/:category/:id/given', query: givenQuery },
  summary: 'The history of an aggregate as data of a test: given, when, then, masked',
  replies: { 200: { description: 'Events as the domain knows them', schema: givenReply }, ...refusals },
});

/** For the OpenAPI document of the service. */
export const AGGREGATE_CONTRACTS: readonly RouteContract[] = [AGGREGATE, DIFFERENCE, GIVEN];
