import { z } from 'zod';

/** `POST /v1/search/clicks` */
export const clickReport = z.object({
  /** `queryId` of the page that the result is on. */
  queryId: z.uuid(),
  /** The id of the document that was opened. */
  documentId: z
    .string()
    .min(1)
    .max(100)
    .meta({ examples: ['01a22a54-6f96-77ed-b77a-4fee1324acbe'] }),
  /** Its place on the page, from 1 on. */
  position: z.int().min(1).max(100),
});

const DAY_MS = 24 * 60 * 60_000;
const PERIOD_DAYS_MAX = 31;
const DEFAULT_DAYS = 7;

const period = {
  /** The default is seven days before `to`. */
  from: z.iso.datetime().optional(),
  /** Not included; now by default. */
  to: z.iso.datetime().optional(),
};

type PeriodQuery = { readonly from?: string | undefined; readonly to?: string | undefined };

/** The period of a query; `undefined` when it ends before it begins or has more than 31 days. */
export const periodOf = ({ from, to }: PeriodQuery, now: string): { from: Date; to: Date } | undefined => {
  const end = new Date(to ?? now);
  const begin = from === undefined ? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS) : new Date(from);
  const lengthMs = end.getTime() - begin.getTime();
  return lengthMs > 0 && lengthMs <= PERIOD_DAYS_MAX * DAY_MS ? { from: begin, to: end } : undefined;
};

/** `GET /ops/analytics` */
export const analyticsQuery = z.object(period);

/** `GET /ops/analytics/queries` */
export const topQueriesQuery = z.object({
  ...period,
  /** Whether all searches count, or only those that found nothing. */
  outcome: z.enum(['any', 'no-results']).default('any'),
  /** `nextCursor` of the page before, for the same period and outcome. */
  cursor: z.string().max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

const counts = {
  /** Estimated from the recorded searches. */
  searches: z.int().nonnegative(),
  withoutResults: z.int().nonnegative(),
  withClick: z.int().nonnegative(),
  /** Of the result that was opened first, on average; `null` without clicks. */
  clickPosition: z.number().positive().nullable(),
};

export const topQueries = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Queries of enough different people, the most frequent first. */
  queries: z.array(z.object({ text: z.string(), ...counts })),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
});
export type TopQueries = z.infer<typeof topQueries>;

const latency = z.int().positive().nullable();

export const searchAnalytics = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  ...counts,
  /** Searches that another index than the usual one answered. */
  degraded: z.int().nonnegative(),
  /** Upper bounds of the classes of latencies, in ms; `null` without searches. */
  latencyMs: z.object({ p50: latency, p95: latency, p99: latency }),
});
export type SearchAnalytics = z.infer<typeof searchAnalytics>;
