import { reject, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import { findingsIn, NO_ROW, rowOf, wishIn } from './legacy-columns.ts';
import { isSameRow, PLAIN_WISH } from './legacy-wishes.ts';
import type { ItemId, LegacyColumns, WishlistEvent } from './wishlist-events.ts';
import type { Item, Wishlist, WishlistRejection } from './wishlist-state.ts';

type RowChange = { readonly itemId: ItemId; readonly columns: Partial<LegacyColumns> };

/** A client of the monolith's contract adds a row. Without an order it comes behind all others. */
export type AddRow = Message<
  'AddRow',
  { owner: UserId; itemId: ItemId; columns: Partial<LegacyColumns> & { title: string }; at: Instant }
>;
/** A client of the monolith's contract changes the columns that it names, of all these rows or of none. */
export type ChangeRows = Message<'ChangeRows', { owner: UserId; rows: readonly RowChange[] }>;

type RowsDecision = Decision<WishlistEvent, WishlistRejection>;

const writeRow = (owner: UserId, item: Item, columns: LegacyColumns): WishlistEvent => {
  const { itemId, addedAt, wish, legacy } = item;
  const data = { owner, itemId, addedAt, legacy: columns, sequence: legacy?.sequence ?? 0 };
  return {
    type: 'WishImported',
    data: { ...data, wish: { ...wish, ...wishIn(columns) }, findings: findingsIn(columns) },
  };
};

/** As the monolith numbers: the largest whole number and one. */
const nextOrder = (list: Wishlist): string => {
  const orders = list.items.map((item, index) => rowOf(item, index).sort_order);
  return String(Math.max(-1, ...orders.filter((order) => /^\d{1,15}$/.test(order)).map(Number)) + 1);
};

export const addRow = ({ data: { owner, itemId, columns, at } }: AddRow, list: Wishlist): RowsDecision => {
  if (list.items.some((item) => item.itemId === itemId)) return [];
  if (list.deleted.includes(itemId)) return reject('item-id-taken', 'That id is used by another item.');
  const row = { ...NO_ROW, sort_order: nextOrder(list), ...columns };
  return [writeRow(owner, { itemId, addedAt: at, wish: { ...PLAIN_WISH, ...wishIn(row) } }, row)];
};

export const changeRows = ({ data: { owner, rows } }: ChangeRows, list: Wishlist): RowsDecision => {
  const places = new Map(list.items.map((item, index) => [item.itemId, { item, row: rowOf(item, index) }]));
  if (!rows.every(({ itemId }) => places.has(itemId)))
    return reject('item-not-found', 'There is no such item on this wishlist.');
  return rows.flatMap(({ itemId, columns }) => {
    const target = places.get(itemId);
    if (target === undefined) return [];
    const row = { ...target.row, ...columns };
    return isSameRow(target.row, row) ? [] : [writeRow(owner, target.item, row)];
  });
};
