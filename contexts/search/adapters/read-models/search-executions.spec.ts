import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { QueryId, SearchExecutionEvent } from '../../domain/analytics/search-execution-events.ts';
import { searchExecutions } from './search-executions.ts';

const queryId = newId() as QueryId;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const query = { queryId, text: 'crane', filters: [], types: ['moc'], sort: 'relevance', searcher: 7, weight: 3, at };
const SEARCH_EVENTS: readonly SearchExecutionEvent[] = [
  { type: 'SearchQueryExecuted', data: { ...query, page: 'first' } },
  { type: 'SearchResultsServed', data: { queryId, results: 20, hasMore: true, latencyMs: 50, degraded: null, at } },
];

describe('the rows of recorded searches', () => {
  const rowAfter = async (...events: readonly SearchExecutionEvent[]) => {
    const streams = inMemoryStreams<SearchExecutionEvent>('searchExecution');
    await streams.append(queryId, events, 'no-stream', { commandId: newId(), correlationId: newId(), actor: 'search' });
    return latestRow(searchExecutions, streams)(queryId);
  };

  it('hold the query and what was served', async () => {
    expect(await rowAfter(...SEARCH_EVENTS)).to.include({
      ...{ executed_at: at, text: 'crane', is_first_page: true, searcher: 7, weight: 3 },
      ...{ results: 20, latency_ms: 50, degraded: null, clicks: 0, click_position: null },
    });
  });

  it('count clicks and hold the position of the first', async () => {
    const clicks = [4, 1].map((position): SearchExecutionEvent => ({
      type: 'SearchResultClicked',
      data: { queryId, resultKey: String(position), position, at },
    }));
    expect(await rowAfter(...SEARCH_EVENTS, ...clicks)).to.include({ clicks: 2, click_position: 4 });
  });
});
