import type { NeededLot } from '../buildability/needs.ts';

/** The pieces that one lot of one list misses. */
export type Missing = { readonly listId: string; readonly lot: NeededLot };

/** Pieces to buy at once; `needs` are the lots that they are for, in the order of their lists. */
export type ShoppingLot = {
  readonly part: string;
  readonly colour: string | null;
  readonly quantity: number;
  readonly needs: readonly { readonly listId: string; readonly lotId: string; readonly quantity: number }[];
};

/** The sums on both sides of the merge. They agree, or pieces would be bought for nothing or forgotten. */
export type ShoppingSums = { readonly missingPieces: number; readonly lots: number; readonly pieces: number };

export type ShoppingList = { readonly lots: readonly ShoppingLot[]; readonly sums: ShoppingSums };

/**
 * Merges what several lists miss into one lot for each part and colour, in the order of first appearance. A lot of any
 * colour stays by itself: which colour is cheapest is the buyer's choice.
 */
export const mergeMissing = (missing: readonly Missing[]): ShoppingList => {
  const groups = Map.groupBy(
    missing.filter(({ lot }) => lot.quantity > 0),
    ({ lot: { part, colour } }) => JSON.stringify([part, colour]),
  );
  const lots = [...groups.values()].flatMap((group): ShoppingLot[] => {
    const [first] = group;
    if (first === undefined) return [];
    const needs = group.map(({ listId, lot }) => ({ listId, lotId: lot.lotId, quantity: lot.quantity }));
    const { part, colour } = first.lot;
    return [{ part, colour, quantity: needs.reduce((sum, { quantity }) => sum + quantity, 0), needs }];
  });
  const missingPieces = missing.reduce((sum, { lot }) => sum + lot.quantity, 0);
  const pieces = lots.reduce((sum, { quantity }) => sum + quantity, 0);
  return { lots, sums: { missingPieces, lots: lots.length, pieces } };
};
