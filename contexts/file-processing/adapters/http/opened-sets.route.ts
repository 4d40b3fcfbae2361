import { Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { OpeningRejection, OpenSets } from '../../application/open-sets.ts';
import { STATUS } from './job-rejections.ts';
import { openedSetsContract } from './routes.ts';
import { completedList, isList, type FindJob } from './visible-job.ts';

const OPENING_STATUS: Record<OpeningRejection, number> = { ...STATUS, 'nothing-to-open': 409, 'list-too-large': 409 };

/** The route that opens the sets of a list, for its owner. */
export const openedSetsRoute = (find: FindJob, open: OpenSets): Router =>
  Router().use(
    route(openedSetsContract, async ({ params: { jobId }, request }) => {
      const list = await completedList(find, request, jobId);
      if (!isList(list)) return list;
      const result = await open(list, causeOf(request));
      if (isRejection(result)) return problem(OPENING_STATUS[result.rejected], result.rejected, result.because);
      const { catalogueRelease, sets, minifigs, lots, pieces, piecesExtra, unopened } = result;
      return ok({ jobId, catalogueRelease, sets, minifigs, lots, pieces, piecesExtra, unopened });
    }),
  );
