import { z } from 'zod';

/** The stream of search's integration events. The subject of its events is an executed search. */
export const SEARCH_EVENTS = 'integration-search';

const executedSearch = {
  queryId: z.uuid(),
  /** How many words it had. The words themselves stay in search, since they may say who searched. */
  words: z.int().nonnegative(),
  /** The names of the filters, without their values. */
  filters: z.array(z.string()),
  types: z.array(z.string()),
  sort: z.string(),
  page: z.enum(['first', 'next']),
  /** How many searches it stands for: only a sample is published. */
  weight: z.int().positive(),
  executedAt: z.iso.datetime(),
};

/** A search that was executed, without anything of the person who searched and of what was found. */
export const searchExecutedPayload = z.object({ status: z.literal('executed'), ...executedSearch });

/** The same search, with what it served. */
export const searchServedPayload = z.object({
  ...{ status: z.literal('served'), ...executedSearch },
  results: z.int().nonnegative(),
  hasMore: z.boolean(),
  /** The upper bound of the class of latencies that it took. */
  latencyMs: z.int().nonnegative(),
  /** Why another index than the usual one answered. */
  degraded: z.string().nullable(),
});

/** Payload by event type. */
export const searchPayloads = {
  'search.query-executed': searchExecutedPayload,
  'search.results-served': searchServedPayload,
} as const;

export const searchPayload = z.discriminatedUnion('status', [searchExecutedPayload, searchServedPayload]);
export type SearchPayload = z.infer<typeof searchPayload>;
export type SearchEventType = keyof typeof searchPayloads;
