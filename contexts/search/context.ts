import { join } from 'node:path';
import { z } from 'zod';
import { INVENTORY } from '@lego-moc/inventory/contracts/routes';
import { PROFILE } from '@lego-moc/profile/contracts/routes';
import type { Context } from '@lego-moc/service/run-context';
import { clientOf } from '@lego-moc/service/resources/service-client';
import { openSearch } from '@lego-moc/service/resources/opensearch';
import { readSynonyms } from './adapters/files/synonyms-file.ts';
import { addPublicProfiles, readPublicProfiles } from './adapters/profile/public-profiles.ts';
import { searchRoutes } from './adapters/http/search.route.ts';
import { ANALYTICS_CONTRACTS } from './adapters/http/analytics-contracts.ts';
import { SEARCH_CONTRACTS } from './adapters/http/search-contracts.ts';
import { buildablePercentages } from './adapters/inventory/buildable-percentages.ts';
import { findRevisionIn } from './adapters/postgres/document-revisions.ts';
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { postgresSearchIndex } from './adapters/postgres/postgres-search-index.ts';
import { searchPayloads } from './contracts/integration-events.ts';
import { SEARCH } from './contracts/routes.ts';
import type { Synonyms } from './domain/synonyms.ts';
import { catalogueSettings, wireCatalogue } from './catalogue.ts';
import { analyticsSettings, wireAnalytics } from './analytics.ts';
import { popularitySettings, wirePopularity } from './popularity.ts';
import { searchIndexIn } from './opensearch.ts';

const settings = {
  /** Groups of words that mean the same, for operators to change. */
  SEARCH_SYNONYMS_PATH: z.string().default(join(import.meta.dirname, 'synonyms.txt')),
  /** Whether searches can be filtered by what the caller can build, for which inventory is asked. */
  SEARCH_BUILDABLE: z.enum(['on', 'off']).default('on'),
  ...analyticsSettings,
  ...catalogueSettings,
  ...popularitySettings,
};

const SYNONYMS_EVERY_MS = 60_000;

export const search: Context<typeof settings> = {
  service: SEARCH,
  settings,
  contracts: [...SEARCH_CONTRACTS, ...ANALYTICS_CONTRACTS],
  events: searchPayloads,
  wire: (it) => {
    let synonyms: Synonyms = [];
    it.every(SYNONYMS_EVERY_MS, 'Reading synonyms', async () => {
      synonyms = await readSynonyms(it.settings.SEARCH_SYNONYMS_PATH);
    });
    const enrich = addPublicProfiles(readPublicProfiles(it.use(clientOf(PROFILE))));
    const { mocs, gallery, wishes, builders } = postgresProjections;
    it.projectIntegrationEvents(mocs);
    it.projectIntegrationEvents(gallery);
    it.projectIntegrationEvents(wishes);
    it.projectIntegrationEvents({ ...builders, enrich });
    wireCatalogue(it);
    wirePopularity(it);
    const postgresIndex = postgresSearchIndex(it.db);
    const place = it.use(openSearch);
    const index = place === undefined ? postgresIndex : searchIndexIn(it, { place, fallback: postgresIndex, enrich });
    const { record, trending, routes } = wireAnalytics(it);
    const findRevision = findRevisionIn(it.db);
    const percentagesFor =
      it.settings.SEARCH_BUILDABLE === 'off'
        ? undefined
        : buildablePercentages(it.use(clientOf(INVENTORY)), (error) => {
            it.logger.warn('Searching without the filter buildable', { error });
          });
    const needs = { index, synonyms: () => synonyms, findRevision, record, percentagesFor, trending };
    return [searchRoutes(needs), ...routes];
  },
};
