import type { Router } from 'express';
import { callerOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import {
  substitutionsQuery,
  substitutionsReply,
  type SubstitutionsQuery,
  type SubstitutionsReply,
} from '../../contracts/substitution-api.ts';

export const substitutionsContract = defineRoute({
  method: 'get',
  path: '/v1/substitutions',
  summary: 'Which parts of the catalogue may stand in for each other',
  tags: ['catalogue'],
  access: 'service',
  query: substitutionsQuery,
  replies: { 200: { description: 'A page of relationships, and all colours', schema: substitutionsReply } },
});

/** The route that gives other services the substitutes that the catalogue knows. */
export const substitutionsRoute = (find: (query: SubstitutionsQuery) => Promise<SubstitutionsReply>): Router =>
  route(substitutionsContract, async ({ request, query }) => {
    if (callerOf(request).service === undefined)
      refuse(403, 'services-only', 'GET /v1/catalogue/parts/:partNumber has the relationships of a part.');
    return ok(await find(query));
  });
