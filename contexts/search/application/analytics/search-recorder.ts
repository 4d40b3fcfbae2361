import type { EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Clock } from '@lego-moc/application/clock';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type {
  QueryId,
  SearchExecutionEvent,
  SearchQueryExecuted,
  SearchResultsServed,
} from '../../domain/analytics/search-execution-events.ts';
import type { SearcherNumber } from '../ports/searcher-number.ts';
import { latencyClassOf } from './latency-classes.ts';
import type { Sampler } from './sampler.ts';

/** A few minutes of the default rate: longer outages of the event store cost searches that are not recorded. */
const BUFFER_MAX = 1_000;
/** Appends at once. */
const BATCH = 20;
/** Of an instant: `2026-01-31`. */
const DAY_LENGTH = 10;

export type ServedSearch = {
  readonly text: string | null;
  readonly filters: readonly string[];
  readonly types: readonly string[];
  readonly sort: string;
  readonly page: 'first' | 'next';
  readonly by: UserId;
  readonly results: number;
  readonly hasMore: boolean;
  readonly elapsedMs: number;
  readonly degraded: string | null;
};

type PendingSearch = {
  readonly by: UserId;
  readonly query: Omit<SearchQueryExecuted['data'], 'searcher'>;
  readonly resultsEvent: SearchResultsServed;
};

export type SearchRecorder = {
  /** Keeps it in memory to be recorded; `undefined` when it is not sampled or too many wait. Never throws. */
  readonly record: (search: ServedSearch) => QueryId | undefined;
  /** Records what waits. Throws on an outage; what was not recorded goes on waiting. */
  readonly flush: () => Promise<void>;
  /** Records this search now if it still waits. */
  readonly flushQuery: (queryId: QueryId) => Promise<void>;
};

export type RecorderOptions = {
  readonly streams: Pick<EventStreams<SearchExecutionEvent>, 'append'>;
  readonly sampler: Sampler;
  readonly searcherNumber: SearcherNumber;
  readonly now: Clock;
};

/** No id of a request: logs could tell who sent it. */
const causeOf = (queryId: QueryId) => ({
  commandId: derivedId('search-execution', queryId),
  correlationId: queryId,
  actor: 'search',
});

/** Records sampled searches behind the back of searching: a bounded buffer, flushed by a loop. */
export const searchRecorder = ({ streams, sampler, searcherNumber, now }: RecorderOptions): SearchRecorder => {
  const pending = new Map<QueryId, PendingSearch>();

  const append = async ({ by, query, resultsEvent }: PendingSearch): Promise<void> => {
    const { queryId, text, at } = query;
    const searcher = await searcherNumber(by, text ?? '', at.slice(0, DAY_LENGTH));
    const queryEvent = { type: 'SearchQueryExecuted', data: { ...query, searcher } } as const;
    await streams.append(queryId, [queryEvent, resultsEvent], 'any', causeOf(queryId));
    pending.delete(queryId);
  };

  const flush = async (): Promise<void> => {
    for (let batch = [...pending.values()].slice(0, BATCH); batch.length > 0;) {
      await Promise.all(batch.map(append));
      batch = [...pending.values()].slice(0, BATCH);
    }
  };

  return {
    record: ({ by, results, hasMore, elapsedMs, degraded, ...query }) => {
      if (pending.size >= BUFFER_MAX) return undefined;
      const weight = sampler.sample();
      if (weight === undefined) return undefined;
      const [queryId, at] = [newId() as QueryId, now()];
      const data = { queryId, results, hasMore, latencyMs: latencyClassOf(elapsedMs), degraded, at };
      const resultsEvent = { type: 'SearchResultsServed', data } as const;
      pending.set(queryId, { by, query: { queryId, ...query, weight, at }, resultsEvent });
      return queryId;
    },
    flush,
    flushQuery: async (queryId) => {
      const search = pending.get(queryId);
      if (search !== undefined) await append(search);
    },
  };
};
