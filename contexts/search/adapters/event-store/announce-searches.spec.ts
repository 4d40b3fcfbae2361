import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant } from '@lego-moc/kernel/message';
import { searchPayloads } from '../../contracts/integration-events.ts';
import type { QueryId, SearchExecutionEvent } from '../../domain/analytics/search-execution-events.ts';
import { announceSearches } from './announce-searches.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const queryId = newId() as QueryId;
const cause = { commandId: newId(), correlationId: newId(), actor: 'search' };
const EVENTS: readonly SearchExecutionEvent[] = [
  {
    type: 'SearchQueryExecuted',
    data: {
      ...{ queryId, text: 'secret crane', filters: ['theme'], types: ['moc', 'set'], sort: 'relevance', page: 'first' },
      ...{ searcher: 4711, weight: 3, at },
    },
  },
  {
    type: 'SearchResultsServed',
    data: { queryId, results: 20, hasMore: true, latencyMs: 50, degraded: null, at },
  },
  { type: 'SearchResultClicked', data: { queryId, resultKey: newId(), position: 1, at } },
];

describe('announcing searches', () => {
  const streams = inMemoryStreams<SearchExecutionEvent>('searchExecution');
  const announce = announceSearches(streams);
  const deliveryOf = (revision: number, id: string = queryId): DeliveredEvent => ({
    ...{ stream: `searchExecution-${id}`, revision: BigInt(revision), position: 0n, eventId: newId() },
    ...{ type: '', data: {}, recordedAt: at, cause, retryCount: 0 },
  });
  const search = {
    ...{ queryId, words: 2, filters: ['theme'], types: ['moc', 'set'], sort: 'relevance', page: 'first', weight: 3 },
    executedAt: at,
  };

  before(() => streams.append(queryId, EVENTS, 'no-stream', cause));

  it('announces the query without its words, values of filters and searcher', async () => {
    const [announcement, ...others] = await announce(deliveryOf(0));
    expect(others).to.deep.equal([]);
    const expected = { eventType: 'search.query-executed', subject: queryId, revision: '0' };
    expect(announcement).to.deep.equal({ ...expected, payload: { status: 'executed', ...search } });
    expect(JSON.stringify(announcement)).not.to.match(/secret|4711/u);
    searchPayloads['search.query-executed'].parse(announcement?.payload);
  });

  it('announces the results with the search that they are of, and the same again', async () => {
    const first = await announce(deliveryOf(1));
    const results = { results: 20, hasMore: true, latencyMs: 50, degraded: null };
    expect(first.map(({ payload }) => payload)).to.deep.equal([{ ...search, status: 'served', ...results }]);
    searchPayloads['search.results-served'].parse(first[0]?.payload);
    expect(await announce(deliveryOf(1))).to.deep.equal(first);
  });

  it('announces neither clicks nor a search that is not there any more', async () => {
    expect(await announce(deliveryOf(2))).to.deep.equal([]);
    expect(await announce(deliveryOf(0, newId()))).to.deep.equal([]);
  });
});
