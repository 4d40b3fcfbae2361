import type { Cause } from '@lego-moc/application/event-streams';
import type { LotQuantity } from '../../domain/lots.ts';

/**
 * What is in one set or minifig, by a release of the catalogue: its parts, spares included, and sealed what has no
 * inventory of its own.
 */
export type SetContents = {
  readonly release: string;
  readonly setNumber: string;
  readonly version: number;
  readonly lots: readonly LotQuantity[];
};

/** Set inventories of the catalogue. */
export interface SetInventories {
  /** The newest version unless one is named; `undefined` when the catalogue has no inventory of it. */
  contents(setNumber: string, version: number | undefined, cause: Cause): Promise<SetContents | undefined>;
}
