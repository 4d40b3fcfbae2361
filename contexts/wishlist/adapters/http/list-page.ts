import { refuse } from '@lego-moc/http/problem';
import type { ItemReply, ListQuery } from '../../contracts/http-api.ts';
import type { Item, Wishlist } from '../../domain/wishlist.ts';

/** An item as the API shows it, at its place on the whole list. */
export const itemReplyOf = ({ itemId, addedAt, wish }: Item, sortOrder: number): ItemReply => {
  const { image, ...said } = wish;
  const imageUrl = image === null ? null : `/v1/wishlist/${itemId}/image`;
  return { itemId, ...said, imageUrl, sortOrder, addedAt };
};

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('en');

const matches = ({ category, q }: ListQuery): ((item: ItemReply) => boolean) => {
  const words = folded(q ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '');
  return (item) => {
    if (category !== undefined && folded(item.category) !== folded(category)) return false;
    const text = folded(`${item.title} ${item.description}`);
    return words.every((word) => text.includes(word));
  };
};

const CURSOR = /^(\d{1,6})\.([0-9a-f-]{36})$/;

/** Behind the item that the last page ended with; where it stood then, should it be gone by now. */
const beginning = (items: readonly ItemReply[], cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  const [, place, itemId] =
    CURSOR.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ??
    refuse(400, 'cursor-invalid', 'A cursor is taken from the page before, unchanged.');
  const last = items.findIndex((item) => item.itemId === itemId);
  return last === -1 ? Number(place) : last + 1;
};

export type Page = { readonly items: readonly ItemReply[]; readonly total: number; readonly nextCursor: string | null };

/** The page of a wishlist that a query asks for, in the order of the list. Refuses a cursor that is none. */
export const pageOf = (list: Wishlist, query: ListQuery): Page => {
  const all = list.items.map((item, place) => itemReplyOf(item, place + 1)).filter(matches(query));
  const from = beginning(all, query.cursor);
  const items = all.slice(from, from + query.limit);
  const last = from + query.limit < all.length ? items.at(-1) : undefined;
  const place = String(from + items.length);
  return {
    items,
    total: all.length,
    nextCursor: last === undefined ? null : Buffer.from(`${place}.${last.itemId}`).toString('base64url'),
  };
};
