import { Router } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { acceptedReply, ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { SourceKeys } from '../../application/ports/source-keys.ts';
import type { JobId } from '../../domain/file-job-events.ts';
import type {
  PriceRefresh,
  PriceRefreshCommand,
  PriceRefreshRejection,
  RefreshId,
} from '../../domain/prices/price-refresh.ts';
import { readRefreshContract, refreshContract } from './price-contracts.ts';
import { completedList, isList, type FindJob } from './visible-job.ts';

export type PriceRefreshRoutes = {
  readonly find: FindJob;
  readonly keys: Pick<SourceKeys, 'setAt'>;
  readonly handle: HandleCommand<PriceRefreshCommand, PriceRefreshRejection>;
  readonly load: (refreshId: RefreshId) => Promise<PriceRefresh>;
  readonly now: Clock;
};

const STATUS: Record<PriceRefreshRejection, number> = { 'refresh-not-found': 404, 'refresh-id-taken': 409 };

const NO_SOURCE = problem(
  409,
  'price-source-missing',
  'Set your key of BrickLink’s API first: PUT /v1/prices/sources/bricklink. Or import prices: POST /v1/prices.',
);

const replyFor = ({ request, ...refresh }: Exclude<PriceRefresh, { status: 'absent' }>): object => {
  const { refreshId, jobId, requestedAt } = request;
  return { refreshId, jobId, requestedAt, status: refresh.status, ...('result' in refresh ? refresh.result : {}) };
};

/** Routes that have a source asked for prices, in the background. */
export const priceRefreshRoutes = ({ find, keys, handle, load, now }: PriceRefreshRoutes): Router =>
  Router().use(
    route(refreshContract, async ({ params: { jobId }, body: market, request }) => {
      const list = await completedList(find, request, jobId);
      if (!isList(list)) return list;
      const { id: owner } = userOf(request);
      if ((await keys.setAt(owner)) === undefined) return NO_SOURCE;
      const cause = causeOf(request);
      const refreshId = cause.commandId as RefreshId;
      const data = { refreshId, jobId: jobId as JobId, owner, market, at: now() };
      const outcome = await handle(refreshId, { type: 'RequestPriceRefresh', data }, cause);
      return isRejection(outcome)
        ? problem(STATUS[outcome.rejected], outcome.rejected, outcome.because)
        : acceptedReply(`/v1/prices/refreshes/${refreshId}`, { refreshId });
    }),

    route(readRefreshContract, async ({ params: { refreshId }, request }) => {
      const { id } = userOf(request);
      const refresh = await load(refreshId as RefreshId);
      return refresh.status === 'absent' || refresh.request.owner !== id
        ? problem(404, 'refresh-not-found', 'You have no such refresh.')
        : ok(replyFor(refresh));
    }),
  );
