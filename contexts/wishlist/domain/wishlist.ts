import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import { atEnd, importWishes, withImportedWish, withoutPlace, withPlaces, type ImportWishes } from './legacy-wishes.ts';
import { addRow, changeRows, type AddRow, type ChangeRows } from './legacy-rows.ts';
import type {
  ImagePreview,
  ItemId,
  ReorderProposed,
  Wish,
  WishImageDescribed,
  WishlistEvent,
} from './wishlist-events.ts';
import { omit, type Item, type Wishlist, type WishlistRejection } from './wishlist-state.ts';

export type AddItem = Message<'AddItem', { owner: UserId; itemId: ItemId; wish: Wish; at: Instant }>;
/** Changes what is given and keeps what is not. */
export type UpdateItem = Message<'UpdateItem', { itemId: ItemId; change: Partial<Wish> }>;
/** Shows another image, which was described on its way in. */
export type SetImage = Message<'SetImage', { itemId: ItemId; image: string; preview: ImagePreview }>;
/** Describes an image that was stored before images were described. */
export type DescribeImage = Message<'DescribeImage', WishImageDescribed['data']>;
export type DeleteItem = Message<'DeleteItem', { itemId: ItemId }>;
export type Reorder = Message<'Reorder', { order: readonly ItemId[]; requestId: string }>;
/** Proposes an order, which takes effect when nothing newer was proposed until `persistAt`. */
export type ProposeReorder = Message<'ProposeReorder', ReorderProposed['data']>;
/** Makes a proposal take effect if it is still the newest and is due. */
export type SettleReorder = Message<'SettleReorder', { requestId: string; at: Instant }>;
/** Without a request id: whatever order is proposed. */
export type CancelReorder = Message<'CancelReorder', { requestId?: string }>;

export type EraseWishlist = Message<'EraseWishlist', { at: Instant }>;

type OrderCommand = Reorder | ProposeReorder | SettleReorder | CancelReorder;

export type WishlistCommand =
  | AddItem
  | UpdateItem
  | SetImage
  | DescribeImage
  | DeleteItem
  | OrderCommand
  | ImportWishes
  | AddRow
  | ChangeRows
  | EraseWishlist;

/** Twice the longest list in use: an order names a list as a whole. */
export const ITEMS_MAX = 1_000;

/** As many as another tab can show at once; bounded, since lists are filled and emptied for years. */
export const DELETED_MAX = ITEMS_MAX;

type WishlistDecision = Decision<WishlistEvent, WishlistRejection>;

const decide = (command: WishlistCommand, list: Wishlist): WishlistDecision => {
  if (command.type === 'EraseWishlist') return erase(command, list);
  if (list.erased) return reject('user-erased', 'The account of this wishlist was erased.');
  switch (command.type) {
    case 'AddItem':
      return add(command, list);
    case 'UpdateItem':
      return update(command, list);
    case 'SetImage':
      return setImage(command, list);
    case 'DescribeImage':
      return describeImage(command, list);
    case 'DeleteItem':
      return remove(command, list);
    case 'ImportWishes':
      return importWishes(command, list);
    case 'AddRow':
      return addRow(command, list);
    case 'ChangeRows':
      return changeRows(command, list);
    default:
      return decideOrder(command, list);
  }
};

const decideOrder = (command: OrderCommand, list: Wishlist): WishlistDecision => {
  switch (command.type) {
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
  const existing = list.items.find((item) => item.itemId === itemId);
  if (existing !== undefined && isSameWish(existing.wish, wish)) return [];
  if (existing !== undefined || list.deleted.includes(itemId)) {
    return reject('item-id-taken', 'That id is used by another item of this wishlist.');
  }
  if (list.items.length >= ITEMS_MAX) {
    return reject('wishlist-full', `A wishlist holds at most ${String(ITEMS_MAX)} items.`);
  }
  return [{ type: 'WishlistItemAdded', data: { owner, itemId, wish, addedAt: at } }];
};

const update = ({ data: { itemId, change } }: UpdateItem, list: Wishlist): WishlistDecision => {
  const item = list.items.find((candidate) => candidate.itemId === itemId);
  if (item === undefined) return itemNotFound;
  const wish = { ...item.wish, ...change };
  return isSameWish(item.wish, wish) ? [] : [{ type: 'WishlistItemUpdated', data: { itemId, wish } }];
};

const setImage = ({ data: { itemId, image, preview } }: SetImage, list: Wishlist): WishlistDecision => {
  const item = list.items.find((candidate) => candidate.itemId === itemId);
  if (item === undefined) return itemNotFound;
  if (item.wish.image === image) return [];
  return [
    { type: 'WishlistItemUpdated', data: { itemId, wish: { ...item.wish, image } } },
    { type: 'WishImageDescribed', data: { itemId, image, preview } },
  ];
};

/** An image that was replaced meanwhile, or described, needs no description any more. */
const describeImage = ({ data }: DescribeImage, { items }: Wishlist): WishlistDecision => {
  const item = items.find(({ itemId }) => itemId === data.itemId);
  return item?.wish.image === data.image && item.preview === undefined ? [{ type: 'WishImageDescribed', data }] : [];
};

const remove = ({ data: { itemId } }: DeleteItem, list: Wishlist): WishlistDecision => {
  if (list.deleted.includes(itemId)) return [];
  return hasItem(list, itemId) ? [{ type: 'WishlistItemDeleted', data: { itemId } }] : itemNotFound;
};

const reorder = ({ data: { order, requestId } }: Reorder, list: Wishlist): WishlistDecision => {
  const refusal = validateOrder(order, list);
  if (refusal !== undefined) return refusal;
  const isUnchanged = isSameOrder(arrange(list.items, order), list.items);
  return isUnchanged && list.proposed === undefined ? [] : [{ type: 'WishlistReordered', data: { order, requestId } }];
};

const propose = ({ data }: ProposeReorder, list: Wishlist): WishlistDecision =>
  validateOrder(data.order, list) ?? (isKnown(data, list) ? [] : [{ type: 'ReorderProposed', data }]);

/** The same proposal was made before: its sender missed the answer. Another order under its request id is a newer one. */
const isKnown = ({ requestId, order }: ReorderProposed['data'], { items, proposed, settled }: Wishlist): boolean =>
  proposed?.requestId === requestId
    ? hasSameIds(order, proposed.order)
    : settled === requestId && isSameOrder(arrange(items, order), items);

/** Items deleted since the proposal do no harm: the order names them in vain. */
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

/** An order may name items that another tab has deleted, since its author may not have seen that yet. */
const validateOrder = (order: readonly ItemId[], list: Wishlist): WishlistDecision | undefined => {
  if (new Set(order).size < order.length) {
    return reject('order-repeats-item', 'The order names an item more than once.');
  }
  const usedIds = new Set([...list.items.map(({ itemId }) => itemId), ...list.deleted]);
  return order.every((itemId) => usedIds.has(itemId))
    ? undefined
    : reject('order-names-unknown-item', 'The order names an item that is not on this wishlist.');
};

const evolve = (list: Wishlist, event: WishlistEvent): Wishlist => {
  switch (event.type) {
    case 'WishlistItemAdded': {
      const { itemId, wish, addedAt } = event.data;
      return { ...list, items: [...list.items, atEnd(list.items, { itemId, wish, addedAt })] };
    }
    case 'WishlistItemUpdated': {
      const { itemId, wish } = event.data;
      return { ...list, items: list.items.map((item) => (item.itemId === itemId ? withWish(item, wish) : item)) };
    }
    case 'WishImageDescribed': {
      const { itemId, image, preview } = event.data;
      const isDescribed = (item: Item): boolean => item.itemId === itemId && item.wish.image === image;
      return { ...list, items: list.items.map((item) => (isDescribed(item) ? { ...item, preview } : item)) };
    }
    case 'WishlistItemDeleted': {
      const { itemId } = event.data;
      const isFollowed = list.items.some(({ legacy }) => legacy !== undefined);
      const items = (isFollowed ? withPlaces(list.items) : list.items).filter((item) => item.itemId !== itemId);
      return { ...list, items, deleted: [...list.deleted, itemId].slice(-DELETED_MAX) };
    }
    case 'ReorderProposed':
      return { ...list, proposed: event.data };
    case 'ReorderCancelled':
      return { ...list, proposed: undefined };
    case 'WishlistReordered': {
      const { order, requestId } = event.data;
      return { ...list, items: arrange(list.items, order).map(withoutPlace), proposed: undefined, settled: requestId };
    }
    case 'WishImported':
      return { ...list, items: withImportedWish(list.items, event.data) };
    case 'WishlistErased':
      return { ...wishlistDecider.initial, erased: true };
    default:
      return unreachable(event);
  }
};

/** The item with another wish: a preview goes with its image. */
const withWish = (item: Item, wish: Wish): Item =>
  wish.image === item.wish.image ? { ...item, wish } : withoutPreview({ ...item, wish });

const withoutPreview = (item: Item): Item => omit(item, 'preview');

/** The items in the order given; items that it does not name follow in the order they had. */
export const arrange = (items: readonly Item[], order: readonly ItemId[]): readonly Item[] => {
  const remaining = new Map(items.map((item) => [item.itemId, item]));
  const orderedItems: Item[] = [];
  for (const itemId of order) {
    const item = remaining.get(itemId);
    if (item !== undefined) orderedItems.push(item);
    remaining.delete(itemId);
  }
  return [...orderedItems, ...remaining.values()];
};

const hasItem = ({ items }: Wishlist, itemId: ItemId): boolean => items.some((item) => item.itemId === itemId);

const itemNotFound = reject('item-not-found', 'There is no such item on this wishlist.');

const hasSameIds = (first: readonly ItemId[], other: readonly ItemId[]): boolean =>
  first.length === other.length && first.every((itemId, place) => itemId === other[place]);

const isSameOrder = (first: readonly Item[], other: readonly Item[]): boolean =>
  first.every(({ itemId }, place) => itemId === other[place]?.itemId);

const isSameWish = (first: Wish, other: Wish): boolean =>
  first.title === other.title &&
  first.description === other.description &&
  first.productLink === other.productLink &&
  first.category === other.category &&
  first.priority === other.priority &&
  first.image === other.image &&
  first.price?.amount === other.price?.amount &&
  first.price?.currency === other.price?.currency;

export const wishlistDecider: Decider<WishlistCommand, Wishlist, WishlistEvent, WishlistRejection> = {
  initial: { items: [], proposed: undefined, settled: undefined, deleted: [], erased: false },
  decide,
  evolve,
};
