import type { OwnedPieces } from './ports/owned-pieces.ts';

/** A builder's stock together with the pieces that were collected for items. */
export const ownPieces = (stock: OwnedPieces, items: OwnedPieces): OwnedPieces => ({
  of: async (owner) => {
    const [pieces, itemStock] = await Promise.all([stock.of(owner), items.of(owner)]);
    return {
      revision: `${pieces.revision}-${itemStock.revision}`,
      lots: [...pieces.lots, ...itemStock.lots],
    };
  },
});
