import { Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { expectedRevision } from '@lego-moc/http/if-match';
import { createdReply, noContent, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Purchase } from '../../domain/inventory-item-events.ts';
import { surplusOf, type RecordedPurchase } from '../../domain/tracked-item.ts';
import { isSameOrder } from '../../domain/item-purchases.ts';
import { listPurchases, purchaseParts, reversePurchase } from './item-contracts.ts';
import type { ItemRoutes } from './items.route.ts';
import { toLots, toPiece } from './lots-of-request.ts';
import { etagOf, ownedItem } from './owned-item.ts';
import { itemNotFound, toProblem } from './rejection-status.ts';

const toReply = (purchase: RecordedPurchase) => {
  const { purchaseId, date, shop, orderId, price, lots, isReversed } = purchase;
  const surplus = surplusOf(purchase);
  return { purchaseId, date, shop, orderId, price, lots: lots.map(toPiece), surplus, reversed: isReversed };
};

/** Routes that record, list and reverse purchases of an item. */
export const purchaseRoutes = ({ items, now }: Pick<ItemRoutes, 'items' | 'now'>): Router => {
  const find = ownedItem(items);

  return Router().use(
    route(listPurchases, async ({ request, params }) => {
      const result = await find(request, params.inventoryItemId);
      return result === undefined
        ? itemNotFound
        : ok({ purchases: result.item.purchases.map(toReply) }, { etag: result.etag });
    }),

    route(purchaseParts, async ({ request, params: { inventoryItemId }, body }) => {
      const cause = causeOf(request);
      const purchase: Purchase = { ...body, purchaseId: cause.commandId, lots: toLots(body.lots) };
      const command = { type: 'PurchaseParts', data: { by: userOf(request).id, purchase, at: now() } } as const;
      const outcome = await items.handle(inventoryItemId, command, cause, expectedRevision(request));
      if (isRejection(outcome)) return toProblem(outcome);
      const result = await find(request, inventoryItemId);
      // The same order may have been recorded by an earlier request, under the id of that one.
      const recordedPurchase = result?.item.purchases.find((earlier) => isSameOrder(purchase, earlier));
      if (recordedPurchase === undefined) return itemNotFound;
      const location = `/v1/inventory/items/${inventoryItemId}/purchases/${recordedPurchase.purchaseId}`;
      return createdReply(location, toReply(recordedPurchase), result?.etag);
    }),

    route(reversePurchase, async ({ request, params: { inventoryItemId, purchaseId }, query: { reason } }) => {
      const data = { by: userOf(request).id, purchaseId, reason, at: now() };
      const command = { type: 'ReversePurchase', data } as const;
      const outcome = await items.handle(inventoryItemId, command, causeOf(request), expectedRevision(request));
      return isRejection(outcome) ? toProblem(outcome) : noContent(etagOf(outcome.revision));
    }),
  );
};
