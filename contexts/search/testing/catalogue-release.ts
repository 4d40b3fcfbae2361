import type { CatalogueLoading } from '../adapters/read-models/load-catalogue.ts';
import { part } from './sample-documents.ts';

/** A release of the catalogue of so many parts. `beforePage` is awaited before each page but the one that only names it. */
export const releaseOf = (
  release: string,
  parts: number,
  beforePage: (page: number) => Promise<void> = () => Promise.resolve(),
): CatalogueLoading['source'] => {
  let pages = 0;
  return {
    catalogueItems: async ({ cursor = '0', limit }) => {
      if (limit > 1) await beforePage((pages += 1));
      const from = Number(cursor);
      const to = Math.min(parts, from + limit);
      const items = Array.from({ length: to - from }, (_, index) =>
        part(`${release}${from + index}`, `Sanderling ${release} ${from + index}`),
      );
      return { release, items, nextCursor: to < parts ? String(to) : null };
    },
  };
};
