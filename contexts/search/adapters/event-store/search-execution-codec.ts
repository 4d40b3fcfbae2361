import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant } from '@lego-moc/kernel/message';
import type { QueryId, SearchExecutionEvent } from '../../domain/analytics/search-execution-events.ts';

const queryId = z.uuid().transform((id) => id as QueryId);
const at = z.iso.datetime().transform((instant) => instant as Instant);

/** Stored forms of executed searches. */
export const searchExecutionCodec = codecFor<SearchExecutionEvent>('search', {
  SearchQueryExecuted: [
    {
      schema: z.object({
        queryId,
        text: z.string().nullable(),
        filters: z.array(z.string()),
        types: z.array(z.string()),
        sort: z.string(),
        page: z.enum(['first', 'next']),
        searcher: z.int(),
        weight: z.int(),
        at,
      }),
    },
  ],
  SearchResultsServed: [
    {
      schema: z.object({
        queryId,
        results: z.int(),
        hasMore: z.boolean(),
        latencyMs: z.int(),
        degraded: z.string().nullable(),
        at,
      }),
    },
  ],
  SearchExpired: [{ schema: z.object({ queryId, at }) }],
  SearchResultClicked: [{ schema: z.object({ queryId, resultKey: z.string(), position: z.int(), at }) }],
}).showing({
  shown: [
    ...['queryId', 'types', 'sort', 'page', 'weight', 'at', 'results', 'hasMore', 'latencyMs'],
    ...['degraded', 'position'],
  ],
  erasedBy: ['SearchExpired'],
});
