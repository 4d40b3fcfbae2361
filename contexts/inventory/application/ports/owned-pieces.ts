import type { UserId } from '@lego-moc/kernel/message';
import type { StockLot } from '../../domain/buildability/needs.ts';

/**
 * The pieces of one owner. `revision` differs whenever the pieces do. A part is named by its number, another item by its
 * kind and number; pieces that were collected for a source are reserved for it: `parts-list:<id>`.
 */
export type Stock = { readonly revision: string; readonly lots: readonly StockLot[] };

/** Pieces from the read model: a moment behind their streams. */
export interface OwnedPieces {
  of(owner: UserId): Promise<Stock>;
}
