import { LRUCache } from 'lru-cache';
import type { UserId } from '@lego-moc/kernel/message';
import type { OwnedPieces, Stock } from '../../application/ports/owned-pieces.ts';
import type { OwnedLot, StockReader } from '../../application/ports/stock-reader.ts';
import { itemKeyOf } from '../../domain/buildability/item-key.ts';
import type { StockLot } from '../../domain/buildability/needs.ts';

/** The name of the place for pieces that lie anywhere. */
const ANYWHERE = 'stock';

/** Of all builders together; those who asked longest ago are forgotten first. */
const REMEMBERED_LOTS_MAX = 200_000;

const toStock = ({ location, colour, quantity, ...item }: OwnedLot): StockLot => ({
  ...{ holding: location ?? ANYWHERE, part: itemKeyOf(item), colour, quantity, reservedFor: null },
});

/** The pieces in a builder's stock, which is read once for each of its revisions. */
export const stockPieces = (reader: Pick<StockReader, 'owned' | 'revision'>): OwnedPieces => {
  const stocks = new LRUCache<UserId, Stock>({
    maxSize: REMEMBERED_LOTS_MAX,
    sizeCalculation: ({ lots }) => lots.length + 1,
  });
  return {
    of: async (owner) => {
      const entry = stocks.get(owner);
      if (entry !== undefined && entry.revision === (await reader.revision(owner))) return entry;
      const { revision, lots } = await reader.owned(owner);
      const stock = { revision, lots: lots.map(toStock) };
      stocks.set(owner, stock);
      return stock;
    },
  };
};
