import type { Router } from 'express';
import { callerOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { InterestCountsQuery, InterestCountsReply } from '../../contracts/interests-api.ts';
import { countInterests } from './interest-contracts.ts';

/** The route that gives other services the popularity of all MOCs. */
export const interestCountsRoute = (count: (query: InterestCountsQuery) => Promise<InterestCountsReply>): Router =>
  route(countInterests, async ({ request, query }) => {
    if (callerOf(request).service === undefined)
      refuse(403, 'services-only', 'GET /v1/mocs/:mocId/interest has the counts of one MOC.');
    return ok(await count(query));
  });
