import type { Router } from 'express';
import { callerOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import {
  catalogueItemsQuery,
  catalogueItemsReply,
  type CatalogueItemsQuery,
  type CatalogueItemsReply,
} from '../../contracts/catalogue-items-api.ts';

export const catalogueItemsContract = defineRoute({
  method: 'get',
  path: '/v1/catalogue-items',
  summary: 'The parts and sets of a release of the catalogue',
  tags: ['catalogue'],
  access: 'service',
  query: catalogueItemsQuery,
  replies: {
    200: { description: 'A page of parts, then of sets', schema: catalogueItemsReply },
    404: { description: 'release-not-found: that release is not there any more; begin with the newest one' },
  },
});

/** The route that gives other services all parts and sets of the catalogue. */
export const catalogueItemsRoute = (
  find: (query: CatalogueItemsQuery) => Promise<CatalogueItemsReply | undefined>,
): Router =>
  route(catalogueItemsContract, async ({ request, query }) => {
    if (callerOf(request).service === undefined)
      refuse(403, 'services-only', 'GET /v1/catalogue/parts and GET /v1/catalogue/sets find parts and sets.');
    const page = await find(query);
    if (page === undefined)
      return refuse(404, 'release-not-found', 'The catalogue has no such release. Leave out `release` for the newest.');
    return ok(page);
  });
