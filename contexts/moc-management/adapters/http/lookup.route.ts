import type { Router } from 'express';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { LookUpMocs } from '../../application/ports/moc-reader.ts';
import type { MocLookupReply } from '../../contracts/http-api.ts';
import type { MocId } from '../../domain/moc-events.ts';
import { lookUpMocs } from './reading-contracts.ts';

/** A route by which other services read many MOCs at once. */
export const lookupRoute = (lookUp: LookUpMocs): Router =>
  route(lookUpMocs, async ({ request, query: { mocs: mocIds } }) => {
    if (callerOf(request).service === undefined) refuse(403, 'services-only', 'GET /v1/mocs/:mocId shows a MOC.');
    const mocs = await lookUp(mocIds as MocId[], userOf(request).id);
    const replies = mocs.map(({ mocId, title, revision, partsLists }) => ({ mocId, title, revision, partsLists }));
    return ok({ mocs: replies } satisfies MocLookupReply);
  });
