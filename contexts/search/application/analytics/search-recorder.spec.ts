import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { systemClock } from '@lego-moc/application/clock';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { QueryId, SearchExecutionEvent } from '../../domain/analytics/search-execution-events.ts';
import { searchRecorder, type ServedSearch } from './search-recorder.ts';

const SEARCH: ServedSearch = {
  ...{ text: 'crane', filters: ['by'], types: ['moc'], sort: 'relevance', page: 'first', by: 'ada' as UserId },
  ...{ results: 20, hasMore: true, elapsedMs: 31, degraded: null },
};

describe('recording searches', () => {
  let streams: EventStreams<SearchExecutionEvent>;
  let isAway: boolean;
  let weight: number | undefined;

  beforeEach(() => {
    streams = inMemoryStreams<SearchExecutionEvent>('searchExecution');
    isAway = false;
    weight = 3;
  });

  const openRecorder = () =>
    searchRecorder({
      streams: {
        append: (...append) => (isAway ? Promise.reject(new Error('away')) : streams.append(...append)),
      },
      sampler: { sample: () => weight },
      searcherNumber: () => Promise.resolve(7),
      now: systemClock,
    });

  it('appends the query and what was served, without the person', async () => {
    const recorder = openRecorder();
    const queryId = recorder.record(SEARCH)!;
    await recorder.flush();
    const { events } = await streams.read(queryId);
    expect(events.map(({ type }) => type)).to.deep.equal(['SearchQueryExecuted', 'SearchResultsServed']);
    expect(events[0]?.data).to.deep.include({ queryId, text: 'crane', filters: ['by'], searcher: 7, weight: 3 });
    expect(events[1]?.data).to.deep.include({ queryId, results: 20, latencyMs: 50 });
    for await (const { cause, event } of streams.readEvents(queryId))
      expect(JSON.stringify([cause, event])).not.to.contain('ada');
  });

  it('records nothing that is not sampled', async () => {
    const recorder = openRecorder();
    weight = undefined;
    expect(recorder.record(SEARCH)).to.equal(undefined);
    await recorder.flush();
  });

  it('records once the event store is back, and once only', async () => {
    const recorder = openRecorder();
    const ids = Array.from({ length: 30 }, () => recorder.record(SEARCH)!);
    isAway = true;
    expect(await recorder.flush().catch(String)).to.equal('Error: away');
    isAway = false;
    await Promise.all([recorder.flush(), recorder.flush(), recorder.flushQuery(ids[0]!)]);
    for (const id of ids) expect((await streams.read(id)).events).to.have.length(2);
  });

  it('keeps at most 1,000 searches that wait', () => {
    const recorder = openRecorder();
    const ids = Array.from({ length: 1_010 }, () => recorder.record(SEARCH));
    expect(ids.findIndex((id) => id === undefined)).to.equal(1_000);
  });

  it('records one search at once when a click on it comes, and does nothing for unknown ones', async () => {
    const recorder = openRecorder();
    const queryId = recorder.record(SEARCH)!;
    await recorder.flushQuery(newId() as QueryId);
    await recorder.flushQuery(queryId);
    expect((await streams.read(queryId)).events).to.have.length(2);
  });
});
