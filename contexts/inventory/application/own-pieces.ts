import { itemKeyOf } from '../domain/buildability/item-key.ts';
import type { StockLot } from '../domain/buildability/needs.ts';
import type { OwnedPieces } from './ports/owned-pieces.ts';
import type { OwnedLot, StockReader } from './ports/stock-reader.ts';

/** The name of the place for pieces that lie anywhere. */
const ANYWHERE = 'stock';

const toStock = ({ location, colour, quantity, ...item }: OwnedLot): StockLot => ({
  ...{ holding: location ?? ANYWHERE, part: itemKeyOf(item), colour, quantity, reservedFor: null },
});

/** A builder's stock together with the pieces that were collected for items. */
export const ownPieces = (stock: Pick<StockReader, 'owned'>, items: OwnedPieces): OwnedPieces => ({
  of: async (owner) => {
    const [pieces, itemStock] = await Promise.all([stock.owned(owner), items.of(owner)]);
    return {
      revision: `${pieces.revision}-${itemStock.revision}`,
      lots: [...pieces.lots.map(toStock), ...itemStock.lots],
    };
  },
});
