import { z } from 'zod';
import { MOC_MANAGEMENT } from '@lego-moc/moc-management/contracts/routes';
import type { ReadModel, ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { readModels } from '@lego-moc/service/resources/core';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { ScopeWith } from '@lego-moc/service/run-context';
import { interestCountsOf } from './adapters/moc-management/interest-counts.ts';
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { LOOK_EVERY_MS, withPauses } from './adapters/read-models/load-catalogue.ts';
import { loadPopularity } from './adapters/read-models/load-popularity.ts';

export const popularitySettings = {
  /** The pause between countings of likes and bookmarks. */
  SEARCH_POPULARITY_EVERY_MS: z.coerce.number().int().min(100).default(300_000),
};

export type PopularityScope = ScopeWith<typeof popularitySettings>;

/** Keeps the popularity of MOCs in `store`. `onLoaded` is called whenever the newest counts are there. */
export const keepPopularity = (
  it: PopularityScope,
  { store, model, onLoaded }: { readonly store: ReadModelStore; readonly model: ReadModel; onLoaded: () => void },
): void => {
  const counts = interestCountsOf(it.use(clientOf(MOC_MANAGEMENT)));
  const { SEARCH_POPULARITY_EVERY_MS: everyMs } = it.settings;
  const load = withPauses(async (signal) => {
    await loadPopularity({ counts, store, model, now: it.clock }, signal);
    onLoaded();
  }, everyMs);
  it.every(Math.min(everyMs, LOOK_EVERY_MS), `Loading ${model.name}`, load);
};

/** Keeps it in PostgreSQL, where nothing is popular until it is loaded. */
export const wirePopularity = (it: PopularityScope): void => {
  const store = it.use(readModels);
  const model = postgresProjections.popularity;
  it.prepare(() => store.prepare(model));
  keepPopularity(it, { store, model, onLoaded: () => undefined });
};
