import type { Rejection } from '@lego-moc/kernel/decider';
import type { Guide, Market, PricedItem, PriceFigures } from '../../domain/prices/price-events.ts';

export type PriceRow = PricedItem & Market & { readonly figures: PriceFigures };

/** A row that is not imported: its line in the file, the column at fault, and what to write there. */
export type RowFault = { readonly line: number; readonly field: string; readonly detail: string };

export type PriceFile = {
  readonly rows: readonly PriceRow[];
  readonly faults: readonly RowFault[];
  /** Rows that a later row of the same item and market replaces. */
  readonly repeated: number;
};

/** Reads a file of prices; refuses one that is none. */
export type ReadPrices = (text: string, guide: Guide) => PriceFile | Rejection<'prices-unreadable'>;
