import type { Scope } from '@lego-moc/service/scope';
import type { Place } from '@lego-moc/read-models/opensearch/generations';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { indexHealth } from './adapters/opensearch/index-health.ts';
import { openSearchProjections } from './adapters/opensearch/indexes.ts';
import { showWritesIn } from './adapters/opensearch/own-writes.ts';
import { openSearchSearchIndex } from './adapters/opensearch/opensearch-search-index.ts';
import { recentWritesIn } from './adapters/postgres/recent-writes.ts';
import { fallbackSearchIndex } from './adapters/resilience/fallback-search-index.ts';
import type { SearchIndex } from './application/ports/search-index.ts';

const CHECK_EVERY_MS = 1_000;

/** The index in OpenSearch, with projections of its own, and `fallback` while it is not complete or away. */
export const searchIndexIn = (it: Scope, place: Place, fallback: SearchIndex): SearchIndex => {
  const recentWrites = recentWritesIn(it.db);
  const health = indexHealth(openSearchReadModels(place), () => running.flatMap((projection) => projection() ?? []));
  const { mocs, gallery, wishes } = openSearchProjections;
  const running = [
    it.projectIntegrationEvents(mocs, health.store),
    it.projectIntegrationEvents(gallery, health.store),
    it.projectIntegrationEvents(wishes, health.store),
  ];
  it.every(CHECK_EVERY_MS, 'Looking after the index', health.check);
  const primary = openSearchSearchIndex(place);
  const showWrites = showWritesIn(place, health.store);
  const index = fallbackSearchIndex({
    ...{ primary, fallback, reason: health.reason, logger: it.logger },
    showsWrites: async (by, atLeast) =>
      showWrites([...(await recentWrites(by)), ...(atLeast === undefined ? [] : [atLeast])]),
  });
  it.run(() => ({
    stop: () => {
      index.close();
      return Promise.resolve();
    },
  }));
  return index;
};
