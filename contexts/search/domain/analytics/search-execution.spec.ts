import { given } from '@lego-moc/testing/given';
import type { Instant } from '@lego-moc/kernel/message';
import type { QueryId, SearchExecutionEvent } from './search-execution-events.ts';
import { CLICKS_MAX, searchExecutionDecider, type RecordClick } from './search-execution.ts';

const queryId = '0190a3c8-0000-7000-8000-000000000001' as QueryId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const nextDay = '2026-01-02T12:00:01.000Z' as Instant;

const EXECUTION: SearchExecutionEvent = {
  type: 'SearchQueryExecuted',
  data: {
    ...{ queryId, text: 'crane', filters: [], types: ['moc'], sort: 'relevance', page: 'first' },
    ...{ searcher: 7, weight: 1, at: noon },
  },
};
const RESULTS: SearchExecutionEvent = {
  type: 'SearchResultsServed',
  data: { queryId, results: 20, hasMore: true, latencyMs: 25, degraded: null, at: noon },
};
const click = (resultKey: string, position = 3, at = noon): RecordClick => ({
  type: 'RecordClick',
  data: { queryId, resultKey, position, at },
});
const clickEvent = (resultKey: string): SearchExecutionEvent => ({
  type: 'SearchResultClicked',
  data: click(resultKey).data,
});
const history = given(searchExecutionDecider);

describe('reporting a click on a search result', () => {
  it('is recorded with its position', () => {
    history(EXECUTION, RESULTS).when(click('a')).then(clickEvent('a'));
  });

  it('changes nothing the second time, also with another position', () => {
    history(EXECUTION, RESULTS, clickEvent('a')).when(click('a', 5)).thenNothing();
  });

  it('is refused for a search that is not recorded', () => {
    history().when(click('a')).thenRejected('query-not-recorded');
  });

  it('is refused more than a day after the search', () => {
    history(EXECUTION, RESULTS)
      .when(click('a', 3, nextDay))
      .thenRejected('query-not-recorded');
  });

  it('is refused at a position behind the last result', () => {
    history(EXECUTION, RESULTS).when(click('a', 21)).thenRejected('position-not-served');
  });

  it('is refused after 20 other results', () => {
    const clicks = Array.from({ length: CLICKS_MAX }, (_, number) => clickEvent(String(number)));
    history(EXECUTION, RESULTS, ...clicks)
      .when(click('a'))
      .thenRejected('too-many-clicks');
  });
});

describe('expiring a search', () => {
  const expire = { type: 'ExpireSearch', data: { queryId, at: nextDay } } as const;
  const expiry: SearchExecutionEvent = { type: 'SearchExpired', data: expire.data };

  it('ends it, whatever came before', () => {
    history(EXECUTION, RESULTS, clickEvent('a')).when(expire).then(expiry);
  });

  it('changes nothing the second time, nor where there is no search', () => {
    history(EXECUTION, expiry).when(expire).thenNothing();
    history().when(expire).thenNothing();
  });

  it('refuses clicks from then on', () => {
    history(EXECUTION, RESULTS, expiry).when(click('a')).thenRejected('query-not-recorded');
  });
});
