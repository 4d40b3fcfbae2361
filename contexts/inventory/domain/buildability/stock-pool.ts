import type { StockLot } from './needs.ts';

/** All pieces of one part and colour that serve the same lists, wherever they lie. */
export type Pile = {
  readonly part: string;
  readonly colour: string | null;
  readonly reservedFor: string | null;
  readonly quantity: number;
  readonly places: readonly { readonly holding: string; readonly quantity: number }[];
};

export type StockPool = { readonly piles: readonly Pile[]; readonly byPart: ReadonlyMap<string, readonly number[]> };

type GrowingPile = Pile & { quantity: number; readonly places: Pile['places'][number][] };

/** Sorts stock into piles, so that the choice among places does not enlarge the choice among pieces. */
export const stockPool = (stock: Iterable<StockLot>): StockPool => {
  const byKey = new Map<string, GrowingPile>();
  for (const { holding, part, colour, quantity, reservedFor } of stock) {
    if (quantity <= 0) continue;
    const key = JSON.stringify([part, colour, reservedFor]);
    const pile = byKey.get(key) ?? { part, colour, reservedFor, quantity: 0, places: [] };
    pile.quantity += quantity;
    pile.places.push({ holding, quantity });
    byKey.set(key, pile);
  }
  const piles = [...byKey.values()];
  const byPart = new Map<string, number[]>();
  piles.forEach(({ part }, index) => {
    const indexes = byPart.get(part);
    if (indexes === undefined) byPart.set(part, [index]);
    else indexes.push(index);
  });
  return { piles, byPart };
};
