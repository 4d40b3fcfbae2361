import type { Place } from '@lego-moc/read-models/opensearch/generations';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { FIRST_GENERATION, indexHealth } from './adapters/opensearch/index-health.ts';
import { openSearchProjections } from './adapters/opensearch/indexes.ts';
import { showWritesIn } from './adapters/opensearch/own-writes.ts';
import { openSearchSearchIndex } from './adapters/opensearch/opensearch-search-index.ts';
import { recentWritesIn } from './adapters/postgres/recent-writes.ts';
import { fallbackSearchIndex } from './adapters/resilience/fallback-search-index.ts';
import type { DegradedReason, SearchIndex } from './application/ports/search-index.ts';
import { keepCatalogue, type CatalogueScope } from './catalogue.ts';
import { PROJECTION_OF } from './document-sources.ts';
import type { DocumentType } from './contracts/http-api.ts';

const CHECK_EVERY_MS = 1_000;

/** The index in OpenSearch, with projections of its own, and `fallback` while it is not complete or away. */
export const searchIndexIn = (it: CatalogueScope, place: Place, fallback: SearchIndex): SearchIndex => {
  const recentWrites = recentWritesIn(it.db);
  const store = openSearchReadModels(place);
  const health = indexHealth(store, () => running.flatMap((projection) => projection() ?? []));
  const { mocs, gallery, wishes, catalogue } = openSearchProjections;
  const running = [
    it.projectIntegrationEvents(mocs, health.store),
    it.projectIntegrationEvents(gallery, health.store),
    it.projectIntegrationEvents(wishes, health.store),
  ];
  it.every(CHECK_EVERY_MS, 'Looking after the index', health.check);
  let isCatalogueThere = false;
  it.every(CHECK_EVERY_MS, 'Looking after the catalogue', async () => {
    isCatalogueThere = ((await store.current(catalogue.name))?.generation ?? 0) > FIRST_GENERATION;
  });
  keepCatalogue(it, { store, model: catalogue, onLoaded: () => (isCatalogueThere = true) });
  const reason = (types: readonly DocumentType[]): DegradedReason | undefined =>
    health.reason() ??
    (isCatalogueThere || !types.some((type) => PROJECTION_OF[type] === 'catalogue') ? undefined : 'index-building');
  const primary = openSearchSearchIndex(place);
  const showWrites = showWritesIn(place, health.store);
  const index = fallbackSearchIndex({
    ...{ primary, fallback, reason, logger: it.logger },
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
