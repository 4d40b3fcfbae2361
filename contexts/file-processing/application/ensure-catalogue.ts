import { importCatalogue, type CatalogueDump, type CatalogueStore } from './import-catalogue.ts';

/** Puts the starter set in when there is no catalogue at all, so that lists can be checked from the first minute. */
export const ensureCatalogue = async (starter: CatalogueDump, store: CatalogueStore): Promise<void> => {
  if (await store.isEmpty()) await importCatalogue(starter, store, () => undefined);
};
