import { Router } from 'express';
import { z } from 'zod';
import { requireRole } from '@lego-moc/auth-middleware/authenticate';
import type { Clock } from '@lego-moc/application/clock';
import { refuse } from '@lego-moc/http/problem';
import { ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { percentileOf } from '../../application/analytics/latency-classes.ts';
import type { Period, QueryCount, SearchStatistics } from '../../application/ports/search-statistics.ts';
import { periodOf, type SearchAnalytics, type TopQueries } from '../../contracts/analytics-api.ts';
import { analyticsContract, topQueriesContract } from './analytics-contracts.ts';

const cursorContent = z.tuple([z.int().nonnegative(), z.string().max(100)]);

const encodeCursor = ({ searches, text }: QueryCount): string =>
  Buffer.from(JSON.stringify([searches, text])).toString('base64url');

const refuseCursor = (): never =>
  refuse(400, 'cursor-invalid', 'The cursor is not of this list. Send nextCursor of the page before.', {
    errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this list' }],
  });

const decodeCursor = (cursor: string): Pick<QueryCount, 'searches' | 'text'> => {
  try {
    const [searches, text] = cursorContent.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { searches, text };
  } catch {
    return refuseCursor();
  }
};

const refusePeriod = (): never =>
  refuse(400, 'invalid-request', 'A period ends after it begins and has at most 31 days.', {
    errors: [{ pointer: '/query/from', detail: 'at most 31 days before to' }],
  });

const boundsOf = ({ from, to }: Period): { readonly from: string; readonly to: string } => ({
  from: from.toISOString(),
  to: to.toISOString(),
});

type AnalyticsRoutes = { readonly statistics: SearchStatistics; readonly now: Clock };

/** What operators learn about searches: totals of a period, and its queries. */
export const analyticsRoutes = ({ statistics, now }: AnalyticsRoutes): Router =>
  Router()
    .use('/ops/analytics', requireRole('operator'))
    .use(
      route(analyticsContract, async ({ query }) => {
        const period = periodOf(query, now()) ?? refusePeriod();
        const { latencies, ...totals } = await statistics.totals(period);
        const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentileOf(latencies, share)) as [
          number | null,
          number | null,
          number | null,
        ];
        return ok({ ...boundsOf(period), ...totals, latencyMs: { p50, p95, p99 } } satisfies SearchAnalytics);
      }),

      route(topQueriesContract, async ({ query: { outcome, cursor, limit, ...bounds } }) => {
        const period = periodOf(bounds, now()) ?? refusePeriod();
        const rows = await statistics.topQueries({
          ...period,
          isWithoutResults: outcome === 'no-results',
          limit: limit + 1,
          ...(cursor === undefined ? {} : { after: decodeCursor(cursor) }),
        });
        const queries = rows.slice(0, limit);
        const last = rows.length > limit ? queries.at(-1) : undefined;
        const next = last === undefined ? {} : { nextCursor: encodeCursor(last) };
        return ok({ ...boundsOf(period), queries, ...next } satisfies TopQueries);
      }),
    );
