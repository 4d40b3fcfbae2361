import type { Router } from 'express';
import { userOf } from '@lego-moc/http/caller';
import { ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import type { CostEstimator } from '../../application/ports/cost-estimator.ts';
import type { MocReader } from '../../application/ports/moc-reader.ts';
import type { JobId, MocId } from '../../domain/moc-events.ts';
import { estimateMoc } from './reading-contracts.ts';
import { noSuchMoc } from './rejection-status.ts';

/** The route that says what all counted lists of a MOC cost together, to whoever may see the MOC. */
export const estimateRoute = (reader: Pick<MocReader, 'moc'>, costs: CostEstimator): Router =>
  route(estimateMoc, async ({ request, params, query }) => {
    const { id } = userOf(request);
    const moc = await reader.moc(params.mocId as MocId, id);
    if (moc === undefined) return noSuchMoc;
    const countedLists = moc.partsLists.filter(({ status }) => status === 'counted');
    if (countedLists.length === 0)
      return problem(409, 'nothing-to-estimate', 'No parts list of the MOC is counted; add one, or wait for it.');
    const jobIds = countedLists.map(({ jobId }) => jobId as JobId);
    const reply = await costs.estimate(jobIds, id, query);
    return 'refused' in reply ? problem(409, 'nothing-to-estimate', reply.refused) : ok(reply);
  });
