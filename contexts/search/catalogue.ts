import { z } from 'zod';
import { FILE_PROCESSING } from '@lego-moc/file-processing/contracts/routes';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { readModels } from '@lego-moc/service/resources/core';
import { clientOf } from '@lego-moc/service/resources/service-client';
import type { ScopeWith } from '@lego-moc/service/run-context';
import { catalogueSource } from './adapters/file-processing/catalogue-source.ts';
import { postgresProjections } from './adapters/postgres/indexes.ts';
import { LOOK_EVERY_MS, loadCatalogue, withPauses } from './adapters/read-models/load-catalogue.ts';
import type { CatalogueModel } from './document-sources.ts';

export const catalogueSettings = {
  /** The pause between looks for a new release of the catalogue. */
  SEARCH_CATALOGUE_EVERY_MS: z.coerce.number().int().min(100).default(10_000),
};

export type CatalogueScope = ScopeWith<typeof catalogueSettings>;

/** Keeps the newest release of the catalogue in `store`. `onLoaded` is called whenever the newest one is there. */
export const keepCatalogue = (
  it: CatalogueScope,
  { store, model, onLoaded }: { readonly store: ReadModelStore; readonly model: CatalogueModel; onLoaded: () => void },
): void => {
  const source = catalogueSource(it.use(clientOf(FILE_PROCESSING)));
  const { SEARCH_CATALOGUE_EVERY_MS: everyMs } = it.settings;
  const load = withPauses(async (signal) => {
    await loadCatalogue({ source, store, model, now: it.clock }, signal);
    onLoaded();
  }, everyMs);
  it.every(Math.min(everyMs, LOOK_EVERY_MS), `Loading ${model.name}`, load);
};

/** Keeps the catalogue in PostgreSQL, where an empty one is searched until the first release is there. */
export const wireCatalogue = (it: CatalogueScope): void => {
  const store = it.use(readModels);
  const model = postgresProjections.catalogue;
  it.prepare(() => store.prepare(model));
  keepCatalogue(it, { store, model, onLoaded: () => undefined });
};
