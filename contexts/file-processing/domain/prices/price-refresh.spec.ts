import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import type { JobId } from '../file-job-events.ts';
import { priceRefreshDecider, type RefreshId } from './price-refresh.ts';

const at = '2026-01-01T08:00:00.000Z' as Instant;
const refreshId = 'r1' as RefreshId;
const requestData = {
  ...{ refreshId, jobId: 'j1' as JobId, owner: 'ada' as UserId },
  market: { condition: 'new', guide: 'stock', currency: 'EUR' } as const,
};
const refreshRequested = { type: 'PriceRefreshRequested' as const, data: { ...requestData, requestedAt: at } };
const request = { type: 'RequestPriceRefresh' as const, data: { ...requestData, at } };
const result = { outcome: 'budget-spent', lookedUp: 7, remaining: 3 } as const;
const end = { type: 'EndPriceRefresh' as const, data: { ...result, at } };
const refreshEnded = { type: 'PriceRefreshEnded' as const, data: { refreshId, ...result, endedAt: at } };
const refresh = given(priceRefreshDecider);

describe('refreshing the prices of a list', () => {
  it('begins once', () => {
    refresh().when(request).then(refreshRequested);
    refresh(refreshRequested).when(request).thenNothing();
    refresh(refreshRequested, refreshEnded).when(request).thenNothing();
  });

  it('is refused under the id of the refresh of another list', () => {
    refresh(refreshRequested)
      .when({ ...request, data: { ...request.data, jobId: 'j2' as JobId } })
      .thenRejected('refresh-id-taken');
  });

  it('ends once, and not before it began', () => {
    refresh(refreshRequested).when(end).then(refreshEnded);
    refresh(refreshRequested, refreshEnded)
      .when({ ...end, data: { ...end.data, outcome: 'completed' } })
      .thenNothing();
    refresh().when(end).thenRejected('refresh-not-found');
  });
});
