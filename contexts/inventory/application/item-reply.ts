import type { ItemReply } from '../contracts/http-api.ts';
import { actualCosts, countPieces, isPurchased, percentageOf, type TrackedItem } from '../domain/tracked-item.ts';

/** An item as its owner reads it, without its lots and purchases. */
export const toItemReply = (item: TrackedItem): ItemReply => {
  const { itemId, source, title, origin, built, costEstimate, notes, trackedAt, changedAt } = item;
  return {
    ...{ itemId, source, title, origin, lots: item.lots.length, ...countPieces(item) },
    percentage: percentageOf(item),
    built,
    purchased: isPurchased(item),
    ...{ costEstimate, actualCosts: [...actualCosts(item)], notes, trackedAt, changedAt },
  };
};
