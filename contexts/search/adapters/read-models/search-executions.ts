import type { Projection } from '@lego-moc/read-models/projection';
import type { SearchExecutionEvent } from '../../domain/analytics/search-execution-events.ts';

export type SearchExecutionRow = {
  readonly executed_at: string;
  readonly text: string | null;
  readonly types: readonly string[];
  readonly is_first_page: boolean;
  readonly searcher: number;
  readonly weight: number;
  readonly results: number;
  readonly latency_ms: number;
  readonly degraded: string | null;
  readonly clicks: number;
  /** Of the click that came first. */
  readonly click_position: number | null;
};

/** A row for each recorded search. */
export const searchExecutions: Projection<SearchExecutionEvent, SearchExecutionRow> = {
  name: 'search-executions',
  source: { category: 'searchExecution' },
  columns: {
    ...{ executed_at: 'timestamptz', text: 'text', types: 'text[]', is_first_page: 'boolean' },
    ...{ searcher: 'integer', weight: 'integer', results: 'integer', latency_ms: 'integer', degraded: 'text' },
    ...{ clicks: 'integer', click_position: 'integer' },
  },
  indexes: ['CREATE INDEX ON $table (executed_at) WHERE NOT gone'],
  evolve: (row, { event: { type, data } }) => {
    if (type === 'SearchQueryExecuted') {
      const { at, text, types, page, searcher, weight } = data;
      return {
        ...{ executed_at: at, text, types, is_first_page: page === 'first', searcher, weight },
        ...{ results: 0, latency_ms: 0, degraded: null, clicks: 0, click_position: null },
      };
    }
    if (row === undefined) return undefined;
    if (type === 'SearchResultsServed')
      return { ...row, results: data.results, latency_ms: data.latencyMs, degraded: data.degraded };
    if (type === 'SearchExpired') return undefined;
    return { ...row, clicks: row.clicks + 1, click_position: row.click_position ?? data.position };
  },
};
