import { LRUCache } from 'lru-cache';
import type { UserId } from '@lego-moc/kernel/message';
import { itemKeyOf } from '../domain/buildability/item-key.ts';
import type { StockLot } from '../domain/buildability/needs.ts';
import type { OwnedPieces, Stock } from './ports/owned-pieces.ts';
import type { OwnedLot, StockReader } from './ports/stock-reader.ts';

/** The name of the place for pieces that lie anywhere. */
const ANYWHERE = 'stock';

/** Of all builders together; those who asked longest ago are forgotten first. */
const REMEMBERED_LOTS_MAX = 200_000;

const toStock = ({ location, colour, quantity, ...item }: OwnedLot): StockLot => ({
  ...{ holding: location ?? ANYWHERE, part: itemKeyOf(item), colour, quantity, reservedFor: null },
});

type RevisedStock = Pick<StockReader, 'owned' | 'revision'>;

/** Reads a large stock once for each of its revisions. */
const rememberStock = (stock: RevisedStock): OwnedPieces => {
  const stocks = new LRUCache<UserId, Stock>({
    maxSize: REMEMBERED_LOTS_MAX,
    sizeCalculation: ({ lots }) => lots.length + 1,
  });
  return {
    of: async (owner) => {
      const entry = stocks.get(owner);
      if (entry !== undefined && entry.revision === (await stock.revision(owner))) return entry;
      const { revision, lots } = await stock.owned(owner);
      const current = { revision, lots: lots.map(toStock) };
      stocks.set(owner, current);
      return current;
    },
  };
};

/** A builder's stock together with the pieces that were collected for items. */
export const ownPieces = (stock: RevisedStock, items: OwnedPieces): OwnedPieces => {
  const stockPieces = rememberStock(stock);
  return {
    of: async (owner) => {
      const [pieces, itemStock] = await Promise.all([stockPieces.of(owner), items.of(owner)]);
      return {
        revision: `${pieces.revision}-${itemStock.revision}`,
        lots: [...pieces.lots, ...itemStock.lots],
      };
    },
  };
};
