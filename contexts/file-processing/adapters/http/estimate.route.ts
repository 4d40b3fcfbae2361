import { Router } from 'express';
import { callerOf, userOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { UserId } from '@lego-moc/kernel/message';
import type { EstimateLists } from '../../application/prices/estimate-lists.ts';
import { completedList, isList, type FindJob } from './visible-job.ts';
import { estimateReplyFor } from './estimate-reply.ts';
import { combinedEstimateContract, estimateContract } from './price-contracts.ts';

export type EstimateRoutes = { readonly find: FindJob; readonly estimate: EstimateLists };

/** Routes that say what lists cost: to their owner, and to services for the readers whom they show them to. */
export const estimateRoutes = ({ find, estimate }: EstimateRoutes): Router =>
  Router()
    .use(
      route(estimateContract, async ({ params: { jobId }, query, request }) => {
        const list = await completedList(find, request, jobId);
        if (!isList(list)) return list;
        return estimateReplyFor(await estimate([list], userOf(request).id, query), query);
      }),
    )
    .use(
      route(combinedEstimateContract, async ({ query: { jobs, reader, ...market }, request }) => {
        if (callerOf(request).service === undefined) refuse(403, 'services-only', 'Ask for the estimate of the MOC.');
        const lists = await Promise.all(jobs.map((jobId) => completedList(find, request, jobId)));
        const completedLists = lists.filter(isList);
        if (completedLists.length < lists.length)
          return problem(409, 'job-not-completed', 'Not every one of these lists is read, or still there.');
        return estimateReplyFor(await estimate(completedLists, reader as UserId, market), market);
      }),
    );
