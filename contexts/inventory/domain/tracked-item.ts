import type { Instant, UserId } from '@lego-moc/kernel/message';
import { reject } from '@lego-moc/kernel/decider';
import type { InventoryItemId, Origin, Price, Purchase, Section, Source } from './inventory-item-events.ts';
import { mergeLots, nameOf, piecesIn, type LotKey, type LotQuantity } from './lots.ts';

/** `missing` and `damaged` pieces were acquired: together they are at most `acquired`, which is at most `needed`. */
export type ItemLot = {
  readonly lot: LotKey;
  readonly needed: number;
  readonly acquired: number;
  readonly missing: number;
  readonly damaged: number;
};

export type RecordedPurchase = Purchase & { readonly acquired: readonly LotQuantity[]; readonly isReversed: boolean };

export type TrackedItem = {
  readonly status: 'tracked';
  readonly itemId: InventoryItemId;
  readonly owner: UserId;
  readonly source: Source;
  readonly title: string;
  readonly origin: Origin | null;
  readonly trackedAt: Instant;
  readonly changedAt: Instant;
  readonly lots: readonly ItemLot[];
  /** Bags and steps, each kind in its order. */
  readonly sections: readonly Section[];
  readonly purchases: readonly RecordedPurchase[];
  /** The latest entries, which a client may still repeat. */
  readonly entryIds: readonly string[];
  readonly notes: string;
  readonly costEstimate: Price | null;
  /** As its owner says; an item with a purchase is purchased whatever this says. */
  readonly purchased: boolean;
  readonly built: boolean;
  /** As its owner says, without naming lots: more than the lots have, until an entry or a purchase names some. */
  readonly statedPieces?: number | null;
  /** As its owner says; what purchases cost counts instead of it. */
  readonly statedCost?: Price | null;
};

/** The pieces of one source as its builder collects them: tracked, filled by entries and purchases, and built. */
export type InventoryItem =
  | { readonly status: 'absent' }
  | { readonly status: 'erased' }
  | { readonly status: 'untracked'; readonly owner: UserId }
  | TrackedItem;

export const lotNotFound = (lot: LotKey) => reject('lot-not-found', `This item has no lot of ${nameOf(lot)}.`);

/** Pieces of a lot that can be built with. */
export const usableOf = ({ acquired, missing, damaged }: ItemLot): number => acquired - missing - damaged;

/** Pieces of all lots. */
export const countPieces = ({ lots }: Pick<TrackedItem, 'lots'>) => ({
  needed: lots.reduce((sum, { needed }) => sum + needed, 0),
  acquired: lots.reduce((sum, { acquired }) => sum + acquired, 0),
  usable: lots.reduce((sum, lot) => sum + usableOf(lot), 0),
});

/** Whole per cent, rounded down: 100 means that no piece is missing. An item that needs nothing is complete. */
export const percentageOf = (item: Pick<TrackedItem, 'lots'>): number => {
  const { needed, usable } = countPieces(item);
  return needed === 0 ? 100 : Math.floor((usable * 100) / needed);
};

/** The pieces that lack, by lot. */
export const openLots = ({ lots }: Pick<TrackedItem, 'lots'>): readonly LotQuantity[] =>
  lots
    .map(({ lot, needed, acquired }) => ({ lot, quantity: needed - acquired }))
    .filter(({ quantity }) => quantity > 0);

/** Everything that was acquired, as an entry that takes it back. */
export const acquiredBack = ({ lots }: Pick<TrackedItem, 'lots'>): readonly LotQuantity[] =>
  lots.filter(({ acquired }) => acquired > 0).map(({ lot, acquired }) => ({ lot, quantity: -acquired }));

/** Whether pieces were bought, by a purchase that stands or by its owner's word. */
export const isPurchased = ({ purchased, purchases }: TrackedItem): boolean =>
  purchased || purchases.some(({ isReversed }) => !isReversed);

/** What the purchases that stand have cost, once per currency; without one, what the owner says. */
export const actualCosts = ({ purchases, statedCost = null }: TrackedItem): readonly Price[] => {
  const prices = purchases.filter(({ isReversed }) => !isReversed).map(({ price }) => price);
  if (prices.length === 0) return statedCost === null ? [] : [statedCost];
  const currencies = [...new Set(prices.map(({ currency }) => currency))];
  return currencies.map((currency) => ({
    currency,
    amount: prices.reduce((sum, price) => (price.currency === currency ? sum + price.amount : sum), 0),
  }));
};

/** The lots with `quantities` added to what is acquired; lots that gain nothing stay the same objects. */
export const addAcquired = (lots: readonly ItemLot[], quantities: readonly LotQuantity[]): readonly ItemLot[] => {
  const additions = new Map(quantities.map(({ lot, quantity }) => [lot, quantity]));
  return lots.map((lot) => {
    const quantity = additions.get(lot.lot) ?? 0;
    return quantity === 0 ? lot : { ...lot, acquired: lot.acquired + quantity };
  });
};

/** As many of the wanted pieces as `limit` allows for each lot of the item. */
export const clampLots = (
  lots: readonly ItemLot[],
  quantities: readonly LotQuantity[],
  limit: (lot: ItemLot) => number,
): readonly LotQuantity[] => {
  const byKey = new Map(lots.map((lot) => [lot.lot, lot]));
  return mergeLots(quantities).flatMap(({ lot: key, quantity }) => {
    const lot = byKey.get(key);
    const clampedQuantity = lot === undefined ? 0 : Math.min(quantity, limit(lot));
    return clampedQuantity > 0 ? [{ lot: key, quantity: clampedQuantity }] : [];
  });
};

/** Pieces that were bought beyond what the item needs. */
export const surplusOf = ({ lots, acquired }: RecordedPurchase): number => piecesIn(lots) - piecesIn(acquired);
