import type { LatencyCount } from '../analytics/latency-classes.ts';

/** From `from` to before `to`. */
export type Period = { readonly from: Date; readonly to: Date };

/** A text, and what became of the searches for it; numbers are estimates from the sampled searches. */
export type QueryCount = {
  readonly text: string;
  readonly searches: number;
  readonly withoutResults: number;
  readonly withClick: number;
  /** On average, of the results that were opened first. */
  readonly clickPosition: number | null;
};

export type QueryCountSearch = Period & {
  /** Only searches that found nothing count. */
  readonly isWithoutResults: boolean;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Pick<QueryCount, 'searches' | 'text'>;
};

export type SearchTotals = {
  readonly searches: number;
  readonly withoutResults: number;
  readonly withClick: number;
  readonly clickPosition: number | null;
  readonly degraded: number;
  readonly latencies: readonly LatencyCount[];
};

/**
 * Counts recorded searches. A text is named only when enough different people searched for it on one day, so that it
 * says nothing about any one of them.
 */
export interface SearchStatistics {
  /** The texts that were searched for most, then in alphabetical order. */
  topQueries(search: QueryCountSearch): Promise<readonly QueryCount[]>;
  totals(period: Period): Promise<SearchTotals>;
  /** Texts that find something, those first that were searched for more in the last day than before. */
  trending(now: Date, limit: number): Promise<readonly string[]>;
}
