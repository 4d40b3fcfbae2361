import type { Place } from '@lego-moc/read-models/opensearch/generations';
import { openSearchReadModels } from '@lego-moc/read-models/opensearch/opensearch-read-models';
import { FIRST_GENERATION, indexHealth } from './adapters/opensearch/index-health.ts';
import { openSearchProjections } from './adapters/opensearch/indexes.ts';
import { showWritesIn } from './adapters/opensearch/own-writes.ts';
import { openSearchSearchIndex } from './adapters/opensearch/opensearch-search-index.ts';
import { recentWritesIn } from './adapters/postgres/recent-writes.ts';
import { fallbackSearchIndex } from './adapters/resilience/fallback-search-index.ts';
import type { DegradedReason, Search, SearchIndex } from './application/ports/search-index.ts';
import { keepCatalogue, type CatalogueScope } from './catalogue.ts';
import { keepPopularity, type PopularityScope } from './popularity.ts';
import { PROJECTION_OF } from './document-sources.ts';
import type { DocumentType } from './contracts/http-api.ts';

const CHECK_EVERY_MS = 1_000;

type IndexScope = CatalogueScope & PopularityScope;

type IndexParts = {
  readonly place: Place;
  readonly fallback: SearchIndex;
  /** Reads the profiles of builders. */
  readonly enrich: (payloads: readonly unknown[]) => Promise<readonly unknown[]>;
};

/** Declares what fills the index. Returns the health of MOCs, images, albums and wishes, and that of builders. */
const declareProjections = (it: CatalogueScope, { place, enrich }: IndexParts) => {
  const { mocs, gallery, wishes, builders } = openSearchProjections;
  const store = openSearchReadModels(place);
  const health = indexHealth(store, () => running.flatMap((projection) => projection() ?? []));
  const running = [
    it.projectIntegrationEvents(mocs, health.store),
    it.projectIntegrationEvents(gallery, health.store),
    it.projectIntegrationEvents(wishes, health.store),
  ];
  // Apart, so that nothing else waits for the profile service.
  const buildersHealth = indexHealth(store, () => [buildersRunning()].flatMap((projection) => projection ?? []));
  const buildersRunning = it.projectIntegrationEvents({ ...builders, enrich }, buildersHealth.store);
  it.every(CHECK_EVERY_MS, 'Looking after the index', health.check);
  it.every(CHECK_EVERY_MS, 'Looking after the index of builders', buildersHealth.check);
  return { health, buildersHealth };
};

/** Keeps the catalogue in OpenSearch. Returns a function that says whether one is there. */
const declareCatalogue = (it: CatalogueScope, place: Place): (() => boolean) => {
  const { catalogue } = openSearchProjections;
  const store = openSearchReadModels(place);
  let isThere = false;
  it.every(CHECK_EVERY_MS, 'Looking after the catalogue', async () => {
    isThere = ((await store.current(catalogue.name))?.generation ?? 0) > FIRST_GENERATION;
  });
  keepCatalogue(it, { store, model: catalogue, onLoaded: () => (isThere = true) });
  return () => isThere;
};

/** Keeps the popularity of MOCs in OpenSearch. Returns a function that says whether it is there. */
const declarePopularity = (it: IndexScope, place: Place): (() => boolean) => {
  let isThere = false;
  keepPopularity(it, {
    ...{ store: openSearchReadModels(place), model: openSearchProjections.popularity },
    onLoaded: () => (isThere = true),
  });
  return () => isThere;
};

/** The index in OpenSearch, with projections of its own, and `fallback` while it is not complete or away. */
export const searchIndexIn = (it: IndexScope, parts: IndexParts): SearchIndex => {
  const { place, fallback } = parts;
  const recentWrites = recentWritesIn(it.db);
  const { health, buildersHealth } = declareProjections(it, parts);
  const isCatalogueThere = declareCatalogue(it, place);
  const isPopularityThere = declarePopularity(it, place);
  const reasonOf: Readonly<Record<(typeof PROJECTION_OF)[DocumentType], () => DegradedReason | undefined>> = {
    ...{ mocs: health.reason, gallery: health.reason, wishes: health.reason },
    builders: buildersHealth.reason,
    catalogue: () => (isCatalogueThere() ? undefined : 'index-building'),
  };
  const reason = ({ types, sort }: Pick<Search, 'types' | 'sort'>): DegradedReason | undefined => {
    const causes = types.map((type) => reasonOf[PROJECTION_OF[type]]());
    const ofSort: DegradedReason | undefined =
      sort === 'popularity' && !isPopularityThere() ? 'index-building' : undefined;
    return [...causes, ofSort].find((cause) => cause !== undefined);
  };
  const primary = openSearchSearchIndex(place);
  const showWrites = showWritesIn(place, health.store);
  const index = fallbackSearchIndex({
    ...{ primary, fallback, reason, logger: it.logger },
    showsWrites: async (by, atLeast) =>
      showWrites([...(await recentWrites(by)), ...(atLeast === undefined ? [] : [atLeast])]),
    hasWritten: async (by) => (await recentWrites(by)).length > 0,
  });
  it.run(() => ({
    stop: () => {
      index.close();
      return Promise.resolve();
    },
  }));
  return index;
};
