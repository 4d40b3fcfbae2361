import type { Cause } from '@lego-moc/application/event-streams';
import type { Clock } from '@lego-moc/application/clock';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { OrderImportReply } from '../contracts/orders-api.ts';
import type { InventoryItemCommand, InventoryItemRejection } from '../domain/inventory-item-commands.ts';
import type { Purchase } from '../domain/inventory-item-events.ts';
import { isSameOrder } from '../domain/item-purchases.ts';
import type { InventoryItem } from '../domain/tracked-item.ts';
import type { PartsLists, ReadOrder } from './ports/parts-lists.ts';

type OrderResult = OrderImportReply['orders'][number];

export type OrderImportRejection =
  InventoryItemRejection | 'no-such-job' | 'not-completed' | 'too-many-orders' | 'no-orders';

export type OrderImportDependencies = {
  readonly lists: Pick<PartsLists, 'orders'>;
  readonly items: FoldedStates<InventoryItemCommand, InventoryItem, InventoryItemRejection>;
  readonly now: Clock;
};

/** The purchase that an order is; else what the file does not say. */
const purchaseOf = (
  { orderId, date, shop, total, lots }: ReadOrder,
  itemId: string,
): Purchase | OrderResult['reason'] => {
  if (date === null) return 'date-missing';
  if (shop === null) return 'shop-missing';
  if (total === null) return 'total-missing';
  return { purchaseId: derivedId('order', itemId, shop, orderId), date, shop, orderId, price: total, lots };
};

const WHY_NOT: Readonly<Record<string, OrderResult['reason']>> = {
  'purchase-already-recorded': 'purchase-already-recorded',
  'too-many-purchases': 'too-many-purchases',
};

/** Records the orders of a file as purchases of an item, each once however often the file is imported. */
export const importOrders = ({ lists, items, now }: OrderImportDependencies) => {
  const record = async (
    order: ReadOrder,
    itemId: string,
    by: UserId,
    cause: Cause,
  ): Promise<OrderResult | Rejection<InventoryItemRejection>> => {
    const { orderId, shop } = order;
    const purchase = purchaseOf(order, itemId);
    if (purchase === null || typeof purchase === 'string')
      return { orderId, shop, outcome: 'skipped', purchaseId: null, reason: purchase };
    const { state } = await items.latest(itemId);
    const earlier =
      state.status === 'tracked' ? state.purchases.find((candidate) => isSameOrder(purchase, candidate)) : undefined;
    const command = { type: 'PurchaseParts', data: { by, purchase, at: now() } } as const;
    const outcome = await items.handle(itemId, command, { ...cause, commandId: purchase.purchaseId });
    if (isRejection(outcome)) {
      const reason = WHY_NOT[outcome.rejected];
      return reason === undefined ? outcome : { orderId, shop, outcome: 'skipped', purchaseId: null, reason };
    }
    const { purchaseId } = earlier ?? purchase;
    return { orderId, shop, outcome: earlier === undefined ? 'recorded' : 'known', purchaseId, reason: null };
  };

  return async (
    itemId: string,
    by: UserId,
    jobId: string,
    cause: Cause,
  ): Promise<readonly OrderResult[] | Rejection<OrderImportRejection>> => {
    const { state } = await items.latest(itemId);
    if (state.status !== 'tracked' || state.owner !== by) return reject('item-not-found', 'You track no such item.');
    const orders = await lists.orders(jobId, by, cause);
    if (typeof orders === 'string') return reject(orders, 'The orders of the job cannot be imported.');
    if (orders.length === 0) return reject('no-orders', 'The job has read no list of orders.');
    const results: OrderResult[] = [];
    for (const order of orders) {
      const result = await record(order, itemId, by, cause);
      if (isRejection<InventoryItemRejection>(result)) return result;
      results.push(result);
    }
    return results;
  };
};
