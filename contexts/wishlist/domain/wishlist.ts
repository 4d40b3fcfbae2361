import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { ItemId, ReorderProposed, Wish, WishlistEvent } from './wishlist-events.ts';

export type AddItem = Message<'AddItem', { owner: UserId; itemId: ItemId; wish: Wish; at: Instant }>;
/** Changes what is given and keeps what is not. */
export type UpdateItem = Message<'UpdateItem', { itemId: ItemId; change: Partial<Wish> }>;
export type DeleteItem = Message<'DeleteItem', { itemId: ItemId }>;
export type Reorder = Message<'Reorder', { order: readonly ItemId[]; requestId: string }>;
/** Asks for an order that holds once nothing newer was proposed until `persistAt`. */
export type ProposeReorder = Message<'ProposeReorder', ReorderProposed['data']>;
/** Makes a proposal hold, if it is still the newest and its time has come. */
export type SettleReorder = Message<'SettleReorder', { requestId: string; at: Instant }>;
/** Without a request id: whatever is proposed. */
export type CancelReorder = Message<'CancelReorder', { requestId?: string }>;

export type EraseWishlist = Message<'EraseWishlist', { at: Instant }>;

export type WishlistCommand =
  AddItem | UpdateItem | DeleteItem | Reorder | ProposeReorder | SettleReorder | CancelReorder | EraseWishlist;

export type WishlistRejection =
  | 'item-not-found'
  | 'item-id-taken'
  | 'wishlist-full'
  | 'order-names-unknown-item'
  | 'order-repeats-item'
  | 'user-erased';

export type Item = { readonly itemId: ItemId; readonly wish: Wish; readonly addedAt: Instant };

/** One builder's wishes. The place of an item in the array is its sort order, so no two can share one. */
export type Wishlist = {
  readonly items: readonly Item[];
  readonly proposed: ReorderProposed['data'] | undefined;
  /** The last reorder that holds. */
  readonly settled: string | undefined;
  /** The last items that were deleted: whoever missed that may name them, and their ids name nothing else. */
  readonly deleted: readonly ItemId[];
  /** Its owner is. */
  readonly erased: boolean;
};

/** Twice the longest list in use; a list is dragged about as a whole. */
export const ITEMS_MAX = 1_000;

/** As many as another tab can show at once: a list that is filled and emptied for years stays small. */
export const DELETED_MAX = ITEMS_MAX;

type WishlistDecision = Decision<WishlistEvent, WishlistRejection>;

const decide = (command: WishlistCommand, list: Wishlist): WishlistDecision => {
  if (command.type === 'EraseWishlist') return erase(command, list);
  if (list.erased) return reject('user-erased', 'Whoever wished here is erased.');
  switch (command.type) {
    case 'AddItem':
      return add(command, list);
    case 'UpdateItem':
      return update(command, list);
    case 'DeleteItem':
      return remove(command, list);
    case 'Reorder':
      return reorder(command, list);
    case 'ProposeReorder':
      return propose(command, list);
    case 'SettleReorder':
      return settle(command, list);
    case 'CancelReorder':
      return cancel(command, list);
    default:
      return unreachable(command);
  }
};

const add = ({ data: { owner, itemId, wish, at } }: AddItem, list: Wishlist): WishlistDecision => {
  const there = list.items.find((item) => item.itemId === itemId);
  if (there !== undefined && sameWish(there.wish, wish)) return [];
  if (there !== undefined || list.deleted.includes(itemId)) {
    return reject('item-id-taken', 'That id names another item of this wishlist.');
  }
  if (list.items.length >= ITEMS_MAX) {
    return reject('wishlist-full', `A wishlist holds at most ${String(ITEMS_MAX)} items.`);
  }
  return [{ type: 'WishlistItemAdded', data: { owner, itemId, wish, addedAt: at } }];
};

const update = ({ data: { itemId, change } }: UpdateItem, list: Wishlist): WishlistDecision => {
  const item = list.items.find((some) => some.itemId === itemId);
  if (item === undefined) return noSuchItem;
  const wish = { ...item.wish, ...change };
  return sameWish(item.wish, wish) ? [] : [{ type: 'WishlistItemUpdated', data: { itemId, wish } }];
};

const remove = ({ data: { itemId } }: DeleteItem, list: Wishlist): WishlistDecision => {
  if (list.deleted.includes(itemId)) return [];
  return has(list, itemId) ? [{ type: 'WishlistItemDeleted', data: { itemId } }] : noSuchItem;
};

const reorder = ({ data: { order, requestId } }: Reorder, list: Wishlist): WishlistDecision => {
  const refusal = refusalOf(order, list);
  if (refusal !== undefined) return refusal;
  const same = sameOrder(arranged(list.items, order), list.items);
  return same && list.proposed === undefined ? [] : [{ type: 'WishlistReordered', data: { order, requestId } }];
};

const propose = ({ data }: ProposeReorder, list: Wishlist): WishlistDecision =>
  refusalOf(data.order, list) ?? (isKnown(data, list) ? [] : [{ type: 'ReorderProposed', data }]);

/** Asked for before, as whoever missed the answer asks again. Another order under the same request id is a newer one. */
const isKnown = ({ requestId, order }: ReorderProposed['data'], { items, proposed, settled }: Wishlist): boolean =>
  proposed?.requestId === requestId
    ? sameIds(order, proposed.order)
    : settled === requestId && sameOrder(arranged(items, order), items);

/** What was deleted since it was proposed does not matter: the order names it in vain. */
const settle = ({ data: { requestId, at } }: SettleReorder, { proposed }: Wishlist): WishlistDecision => {
  if (proposed?.requestId !== requestId || at < proposed.persistAt) return [];
  return [{ type: 'WishlistReordered', data: { order: proposed.order, requestId } }];
};

const cancel = ({ data }: CancelReorder, { proposed }: Wishlist): WishlistDecision => {
  const { requestId = proposed?.requestId } = data;
  if (proposed === undefined || requestId !== proposed.requestId) return [];
  return [{ type: 'ReorderCancelled', data: { requestId: proposed.requestId } }];
};

const erase = ({ data: { at } }: EraseWishlist, { erased }: Wishlist): WishlistDecision =>
  erased ? [] : [{ type: 'WishlistErased', data: { erasedAt: at } }];

/** Who puts a list in order may not have seen yet what another tab deleted: naming it does no harm. */
const refusalOf = (order: readonly ItemId[], list: Wishlist): WishlistDecision | undefined => {
  if (new Set(order).size < order.length) {
    return reject('order-repeats-item', 'An item can stand in one place only.');
  }
  const known = new Set([...list.items.map(({ itemId }) => itemId), ...list.deleted]);
  return order.every((itemId) => known.has(itemId))
    ? undefined
    : reject('order-names-unknown-item', 'The order names an item that is not on this wishlist.');
};

const evolve = (list: Wishlist, event: WishlistEvent): Wishlist => {
  switch (event.type) {
    case 'WishlistItemAdded': {
      const { itemId, wish, addedAt } = event.data;
      return { ...list, items: [...list.items, { itemId, wish, addedAt }] };
    }
    case 'WishlistItemUpdated': {
      const { itemId, wish } = event.data;
      return { ...list, items: list.items.map((item) => (item.itemId === itemId ? { ...item, wish } : item)) };
    }
    case 'WishlistItemDeleted': {
      const { itemId } = event.data;
      const items = list.items.filter((item) => item.itemId !== itemId);
      return { ...list, items, deleted: [...list.deleted, itemId].slice(-DELETED_MAX) };
    }
    case 'ReorderProposed':
      return { ...list, proposed: event.data };
    case 'ReorderCancelled':
      return { ...list, proposed: undefined };
    case 'WishlistReordered': {
      const { order, requestId } = event.data;
      return { ...list, items: arranged(list.items, order), proposed: undefined, settled: requestId };
    }
    case 'WishlistErased':
      return { ...wishlistDecider.initial, erased: true };
    default:
      return unreachable(event);
  }
};

/** The items in the order given; those it does not name keep their own order behind, as those added meanwhile do. */
export const arranged = (items: readonly Item[], order: readonly ItemId[]): readonly Item[] => {
  const left = new Map(items.map((item) => [item.itemId, item]));
  const placed: Item[] = [];
  for (const itemId of order) {
    const item = left.get(itemId);
    if (item !== undefined) placed.push(item);
    left.delete(itemId);
  }
  return [...placed, ...left.values()];
};

const has = ({ items }: Wishlist, itemId: ItemId): boolean => items.some((item) => item.itemId === itemId);

const noSuchItem = reject('item-not-found', 'There is no such item on this wishlist.');

const sameIds = (some: readonly ItemId[], others: readonly ItemId[]): boolean =>
  some.length === others.length && some.every((itemId, place) => itemId === others[place]);

const sameOrder = (some: readonly Item[], others: readonly Item[]): boolean =>
  some.every(({ itemId }, place) => itemId === others[place]?.itemId);

const sameWish = (some: Wish, other: Wish): boolean =>
  some.title === other.title &&
  some.description === other.description &&
  some.productLink === other.productLink &&
  some.category === other.category &&
  some.priority === other.priority &&
  some.image === other.image &&
  some.price?.amount === other.price?.amount &&
  some.price?.currency === other.price?.currency;

export const wishlistDecider: Decider<WishlistCommand, Wishlist, WishlistEvent, WishlistRejection> = {
  initial: { items: [], proposed: undefined, settled: undefined, deleted: [], erased: false },
  decide,
  evolve,
};
