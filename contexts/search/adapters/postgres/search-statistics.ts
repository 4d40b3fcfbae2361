import type { Queries } from '@lego-moc/postgres/database';
import type { QueryCount, SearchStatistics, SearchTotals } from '../../application/ports/search-statistics.ts';

const COUNTS = `
  coalesce(sum(weight), 0)::int AS searches,
  coalesce(sum(weight) FILTER (WHERE results = 0), 0)::int AS "withoutResults",
  coalesce(sum(weight) FILTER (WHERE clicks > 0), 0)::int AS "withClick",
  round(sum(click_position * weight)::numeric / sum(weight) FILTER (WHERE clicks > 0), 2)::float AS "clickPosition"`;

/** First pages of the period: turning a page is no new search. */
const IN_PERIOD = `executed_at >= $<from> AND executed_at < $<to> AND is_first_page`;

/** The texts for which enough people searched on one of the days. */
const namedTexts = (condition: string): string => `
  SELECT text FROM (
    SELECT text FROM search_executions WHERE ${condition} AND text <> ''
    GROUP BY text, (executed_at AT TIME ZONE 'UTC')::date HAVING count(DISTINCT searcher) >= $<searchersMin>
  ) AS daily GROUP BY text`;

const DAY_MS = 24 * 60 * 60_000;
const DAYS_BEFORE = 7;

/** Reads `searchExecutions`; `searchersMin` people make a text one that can be named. */
export const searchStatisticsIn = (db: Pick<Queries, 'any' | 'one'>, searchersMin: number): SearchStatistics => ({
  topQueries: ({ isWithoutResults, after, ...search }) => {
    const condition = `${IN_PERIOD}${isWithoutResults ? ' AND results = 0' : ''}`;
    return db.any<QueryCount>(
      `SELECT * FROM (
         SELECT text, ${COUNTS} FROM search_executions
         WHERE ${condition} AND text IN (${namedTexts(condition)}) GROUP BY text
       ) AS counts
       ${after === undefined ? '' : 'WHERE searches < $<searches> OR (searches = $<searches> AND text > $<text>)'}
       ORDER BY searches DESC, text LIMIT $<limit>`,
      { ...search, searchersMin, ...after },
    );
  },

  totals: async (period) => {
    const totals = await db.one<Omit<SearchTotals, 'latencies'>>(
      `SELECT ${COUNTS}, coalesce(sum(weight) FILTER (WHERE degraded IS NOT NULL), 0)::int AS degraded
       FROM search_executions WHERE ${IN_PERIOD}`,
      period,
    );
    const latencies = await db.any<SearchTotals['latencies'][number]>(
      `SELECT latency_ms AS "latencyMs", sum(weight)::int AS searches
       FROM search_executions WHERE ${IN_PERIOD} GROUP BY latency_ms`,
      period,
    );
    return { ...totals, latencies };
  },

  trending: async (now, limit) => {
    const [from, lastDay] = [(DAYS_BEFORE + 1) * DAY_MS, DAY_MS].map((ms) => new Date(now.getTime() - ms));
    const isRecent = 'executed_at >= $<lastDay> AND executed_at < $<to> AND is_first_page AND results > 0';
    const rows = await db.any<{ readonly text: string }>(
      `SELECT text FROM (
         SELECT text, coalesce(sum(weight) FILTER (WHERE executed_at >= $<lastDay>), 0) AS recent,
                coalesce(sum(weight) FILTER (WHERE executed_at < $<lastDay>), 0) / ${DAYS_BEFORE}.0 AS before
         FROM search_executions WHERE ${IN_PERIOD} AND text IN (${namedTexts(isRecent)}) GROUP BY text
       ) AS counts ORDER BY recent - before DESC, recent DESC, text LIMIT $<limit>`,
      { from, to: now, lastDay, limit, searchersMin },
    );
    return rows.map(({ text }) => text);
  },
});
