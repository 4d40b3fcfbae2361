import { z } from 'zod';
import type { RequestHandler } from 'express';
import { deleteStream } from '@lego-moc/event-store/delete-stream';
import { commandHandler } from '@lego-moc/application/command-handler';
import type { ScopeWith } from '@lego-moc/service/run-context';
import { announceSearches } from './adapters/event-store/announce-searches.ts';
import { searchExecutionCodec } from './adapters/event-store/search-execution-codec.ts';
import { analyticsRoutes } from './adapters/http/analytics.route.ts';
import { clickRoutes } from './adapters/http/click.route.ts';
import { expiringSearchesIn, expiringSearchMigration } from './adapters/postgres/expiring-searches.ts';
import { searcherNumbersIn, searcherSaltMigration } from './adapters/postgres/searcher-salts.ts';
import { searchStatisticsIn } from './adapters/postgres/search-statistics.ts';
import { searchExecutions } from './adapters/read-models/search-executions.ts';
import { expireSearches } from './application/analytics/expire-searches.ts';
import { createSampler } from './application/analytics/sampler.ts';
import { searchRecorder, type SearchRecorder } from './application/analytics/search-recorder.ts';
import { trendingTexts, type TrendingTexts } from './application/analytics/trending-texts.ts';
import { searchExecutionDecider } from './domain/analytics/search-execution.ts';

export const analyticsSettings = {
  /** Searches a second that are recorded; others are counted by the next recorded one. 0 records none. */
  SEARCH_ANALYTICS_RATE: z.coerce.number().min(0).max(100).default(2),
  /** People who must have searched for a text on one day before it is shown or suggested to anybody. */
  SEARCH_ANALYTICS_SEARCHERS_MIN: z.coerce.number().int().min(2).max(1_000).default(5),
  /** Days after which recorded searches are removed; operators see the last 31. */
  SEARCH_ANALYTICS_DAYS: z.coerce.number().int().min(31).max(3_650).default(90),
  /** The pause between readings of trending texts. */
  SEARCH_TRENDING_EVERY_MS: z.coerce.number().int().min(100).default(60_000),
};

const FLUSH_EVERY_MS = 500;
const EXPIRE_EVERY_MS = 60_000;

export type Analytics = {
  readonly record: SearchRecorder['record'];
  readonly trending: TrendingTexts['texts'];
  readonly routes: readonly RequestHandler[];
};

/** Records searches and clicks, and shows operators what they add up to. */
export const wireAnalytics = (it: ScopeWith<typeof analyticsSettings>): Analytics => {
  const { SEARCH_ANALYTICS_RATE, SEARCH_ANALYTICS_SEARCHERS_MIN, SEARCH_TRENDING_EVERY_MS } = it.settings;
  const { SEARCH_ANALYTICS_DAYS: days } = it.settings;
  const streams = it.streams('searchExecution', searchExecutionCodec, searchExecutionDecider);
  it.migrate([searcherSaltMigration, expiringSearchMigration]);
  it.project(searchExecutions, searchExecutionCodec);
  it.publish({ source: { streamPrefixes: ['searchExecution-'] }, translate: announceSearches(streams) });

  const sampler = createSampler(SEARCH_ANALYTICS_RATE, () => performance.now());
  const recorder = searchRecorder({ streams, sampler, searcherNumber: searcherNumbersIn(it.db), now: it.clock });
  it.every(FLUSH_EVERY_MS, 'Recording searches', recorder.flush);

  const statistics = searchStatisticsIn(it.db, SEARCH_ANALYTICS_SEARCHERS_MIN);
  const trending = trendingTexts(statistics, it.clock);
  it.every(SEARCH_TRENDING_EVERY_MS, 'Reading trending searches', trending.refresh);

  const handle = commandHandler(searchExecutionDecider, streams);
  const sweep = expireSearches({
    ...{ searches: expiringSearchesIn(it.db), handle, days, now: it.clock },
    deleteSearch: (queryId) => deleteStream(it.eventStore, `searchExecution-${queryId}`),
  });
  it.every(EXPIRE_EVERY_MS, 'Removing old searches', sweep);
  return {
    record: recorder.record,
    trending: trending.texts,
    routes: [
      clickRoutes({ handle, flushQuery: recorder.flushQuery, now: it.clock }),
      analyticsRoutes({ statistics, now: it.clock }),
    ],
  };
};
