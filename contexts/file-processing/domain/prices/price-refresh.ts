import { reject, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { JobId } from '../file-job-events.ts';
import type { Market } from './price-events.ts';

export type RefreshId = Brand<string, 'RefreshId'>;

/** Why the source was not asked for every price that was due. */
export const REFRESH_OUTCOMES = [
  'completed',
  'budget-spent',
  'key-missing',
  'key-refused',
  'source-unavailable',
] as const;
export type RefreshOutcome = (typeof REFRESH_OUTCOMES)[number];

type Request = { refreshId: RefreshId; jobId: JobId; owner: UserId; market: Market };

/** A user asked for today's prices of a list. */
export type PriceRefreshRequested = Message<'PriceRefreshRequested', Request & { requestedAt: Instant }>;

/** The source was asked for `lookedUp` prices; `remaining` that were due were not asked for. */
export type PriceRefreshEnded = Message<
  'PriceRefreshEnded',
  { refreshId: RefreshId; outcome: RefreshOutcome; lookedUp: number; remaining: number; endedAt: Instant }
>;

export type PriceRefreshEvent = PriceRefreshRequested | PriceRefreshEnded;

export type RequestPriceRefresh = Message<'RequestPriceRefresh', Request & { at: Instant }>;
export type EndPriceRefresh = Message<
  'EndPriceRefresh',
  { outcome: RefreshOutcome; lookedUp: number; remaining: number; at: Instant }
>;
export type PriceRefreshCommand = RequestPriceRefresh | EndPriceRefresh;
export type PriceRefreshRejection = 'refresh-not-found' | 'refresh-id-taken';

type WithRequest = { readonly request: PriceRefreshRequested['data'] };
export type PriceRefresh =
  | { readonly status: 'absent' }
  | ({ readonly status: 'running' } & WithRequest)
  | ({ readonly status: 'ended'; readonly result: PriceRefreshEnded['data'] } & WithRequest);

const request = (
  { data: { at: requestedAt, ...data } }: RequestPriceRefresh,
  refresh: PriceRefresh,
): Decision<PriceRefreshEvent, PriceRefreshRejection> => {
  if (refresh.status === 'absent') return [{ type: 'PriceRefreshRequested', data: { ...data, requestedAt } }];
  const { owner, jobId } = refresh.request;
  return owner === data.owner && jobId === data.jobId
    ? []
    : reject('refresh-id-taken', 'That id names the refresh of another list.');
};

/** One look at a source for the prices of a list, from the request to its end. */
export const priceRefreshDecider: Decider<PriceRefreshCommand, PriceRefresh, PriceRefreshEvent, PriceRefreshRejection> =
  {
    initial: { status: 'absent' },
    decide: (command, refresh) => {
      if (command.type === 'RequestPriceRefresh') return request(command, refresh);
      if (refresh.status === 'absent') return reject('refresh-not-found', 'There is no such refresh.');
      if (refresh.status === 'ended') return [];
      const { at: endedAt, ...result } = command.data;
      const { refreshId } = refresh.request;
      return [{ type: 'PriceRefreshEnded', data: { refreshId, ...result, endedAt } }];
    },
    evolve: (refresh, event) => {
      if (event.type === 'PriceRefreshRequested') return { status: 'running', request: event.data };
      return refresh.status === 'absent' ? refresh : { status: 'ended', request: refresh.request, result: event.data };
    },
  };
