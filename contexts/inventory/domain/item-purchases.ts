import { reject } from '@lego-moc/kernel/decider';
import type { ItemDecision, PurchaseParts, ReversePurchase } from './inventory-item-commands.ts';
import type { Purchase } from './inventory-item-events.ts';
import { mergeLots } from './lots.ts';
import { clampLots, usableOf, type RecordedPurchase, type TrackedItem } from './tracked-item.ts';

/** A purchase a day for years; an item is collected from fewer orders. */
export const PURCHASES_MAX = 1_000;

const contentOf = ({ date, shop, orderId, price, lots }: Purchase): string =>
  JSON.stringify([date, shop, orderId, price.amount, price.currency, lots.map(({ lot, quantity }) => [lot, quantity])]);

/** An order of a shop is one purchase, however often it is imported. */
export const isSameOrder = (purchase: Purchase, other: RecordedPurchase): boolean =>
  purchase.purchaseId === other.purchaseId ||
  (purchase.orderId !== null &&
    !other.isReversed &&
    purchase.orderId === other.orderId &&
    purchase.shop === other.shop);

/** The purchase is recorded as it is; the item takes of it what it still needs. */
export const purchaseParts = ({ data }: PurchaseParts, item: TrackedItem): ItemDecision => {
  const purchase = { ...data.purchase, lots: mergeLots(data.purchase.lots) };
  const earlier = item.purchases.find((candidate) => isSameOrder(purchase, candidate));
  if (earlier !== undefined && contentOf(earlier) === contentOf(purchase)) return [];
  if (earlier !== undefined)
    return reject(
      'purchase-already-recorded',
      'This order is recorded with other content; reverse that purchase before you record it anew.',
    );
  if (item.purchases.length >= PURCHASES_MAX)
    return reject('too-many-purchases', `An item has at most ${String(PURCHASES_MAX)} purchases.`);
  const acquiredLots = clampLots(item.lots, purchase.lots, ({ needed, acquired: already }) => needed - already);
  const { itemId, owner } = item;
  return [{ type: 'PartsPurchased', data: { itemId, owner, purchase, acquired: acquiredLots, at: data.at } }];
};

/** Pieces that were taken back before, or are marked, are not taken a second time. */
export const reversePurchase = ({ data }: ReversePurchase, item: TrackedItem): ItemDecision => {
  const { purchaseId, reason, at } = data;
  const purchase = item.purchases.find((candidate) => candidate.purchaseId === purchaseId);
  if (purchase === undefined) return reject('purchase-not-found', 'This item has no such purchase.');
  if (purchase.isReversed) return [];
  const returnedLots = clampLots(item.lots, purchase.acquired, usableOf);
  const { itemId, owner } = item;
  return [{ type: 'PurchaseReversed', data: { itemId, owner, purchaseId, reason, returned: returnedLots, at } }];
};
