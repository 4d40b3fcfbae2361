import type { Brand, Instant, Message } from '@lego-moc/kernel/message';

/** Names one answered search; whoever has it may report clicks. */
export type QueryId = Brand<string, 'QueryId'>;

/** A search was executed. Nothing in it names or leads to the person who searched. */
export type SearchQueryExecuted = Message<
  'SearchQueryExecuted',
  {
    queryId: QueryId;
    /** The words as they are compared; `null` when they look like an address or a number of somebody. */
    text: string | null;
    /** The names of the filters, without their values. */
    filters: readonly string[];
    types: readonly string[];
    sort: string;
    page: 'first' | 'next';
    /**
     * Tells people who searched for the same text on the same day apart; another text or day gives another number, and
     * its salt is deleted two days later.
     */
    searcher: number;
    /** How many searches it stands for: itself and those before it that were not sampled. */
    weight: number;
    at: Instant;
  }
>;

/** The results of the search were served. */
export type SearchResultsServed = Message<
  'SearchResultsServed',
  {
    queryId: QueryId;
    /** Results on the page. */
    results: number;
    hasMore: boolean;
    /** The upper bound of the class of latencies that it took. */
    latencyMs: number;
    /** Why another index than the usual one answered. */
    degraded: string | null;
    at: Instant;
  }
>;

/** A result was opened. `resultKey` is the same for the same result of this search and does not lead to the document. */
export type SearchResultClicked = Message<
  'SearchResultClicked',
  { queryId: QueryId; resultKey: string; position: number; at: Instant }
>;

/** The search is older than searches are kept. Its row goes, then its stream is deleted. */
export type SearchExpired = Message<'SearchExpired', { queryId: QueryId; at: Instant }>;

export type SearchExecutionEvent = SearchQueryExecuted | SearchResultsServed | SearchResultClicked | SearchExpired;
