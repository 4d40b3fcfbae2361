import type { CatalogueExtract } from '../../domain/catalogue.ts';

/** One import of the catalogue. Its content never changes; a newer import is another release. */
export type Release = {
  /** Counts the imports; names the rows. */
  readonly number: number;
  /** Identifies the imported data: the same for the same data, wherever and whenever it is imported. */
  readonly id: string;
};

/** The catalogue of LEGO parts, under Rebrickable's numbers. */
export interface Catalogue {
  /** The newest complete release. */
  newestRelease(): Promise<Release>;
  /** The parts, elements and part colours of `release` for these part numbers, and all of its colours. */
  lookUp(release: Release, partNumbers: readonly string[]): Promise<CatalogueExtract>;
}
