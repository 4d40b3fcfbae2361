import { z } from 'zod';
import { refuse } from '@lego-moc/http/problem';
import type { ItemReply, ListQuery } from '../../contracts/http-api.ts';
import type { Item, Wishlist } from '../../domain/wishlist-state.ts';

/** Another image has another URL, so that no cache shows one that was replaced. */
const imageUrlOf = ({ itemId, wish: { image } }: Item): string | null =>
  image === null ? null : `/v1/wishlist/${itemId}/image?v=${imageIdOf(image)}`;

/** The id of an image from its key. */
export const imageIdOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1, key.lastIndexOf('.'));

/** An item as the API shows it, with its place on the whole list. */
export const toItemReply = (item: Item, sortOrder: number): ItemReply => {
  const { itemId, addedAt } = item;
  const { title, description, productLink, category, priority, price } = item.wish;
  const wish = { title, description, productLink, category, priority, price };
  return { itemId, ...wish, imageUrl: imageUrlOf(item), sortOrder, addedAt };
};

const removeMarks = (text: string): string => text.replace(/\p{M}/gu, '');

/**
 * A text without case and accents. Ends in capitals, since they are fewer: ß becomes SS, and all forms of sigma and of i
 * become one. Lower case comes before that for the one capital that has no upper-case form: ẞ.
 */
const foldCase = (text: string): string => removeMarks(removeMarks(text.normalize('NFKD')).toLowerCase().toUpperCase());

const matches = ({ category, q }: Filter): ((item: ItemReply) => boolean) => {
  const words = foldCase(q ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '');
  return (item) => {
    if (category !== undefined && foldCase(item.category) !== foldCase(category)) return false;
    const text = foldCase(`${item.title} ${item.description}`);
    return words.every((word) => text.includes(word));
  };
};

type Filter = Pick<ListQuery, 'category' | 'q'>;

/** The start of a page, and the revision of the list that its first page showed. */
export type PageStart = { readonly revision: bigint; readonly place: number };

const filterKey = ({ category, q }: Filter): string => JSON.stringify([category ?? null, q ?? null]);

const encodeCursor = ({ revision, place }: PageStart, filter: Filter): string =>
  Buffer.from(JSON.stringify([String(revision), place, filterKey(filter)])).toString('base64url');

const content = z.tuple([z.string().regex(/^\d{1,18}$/), z.int().nonnegative(), z.string()]);

const parseCursor = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** Refuses a text that is no cursor, or a cursor of another list. */
export const refuseCursor = (): never =>
  refuse(
    400,
    'cursor-invalid',
    'The cursor does not belong to this list. Send nextCursor of the page before, with the same category and q.',
    {
      errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this list' }],
    },
  );

/** The end of the previous page. Refuses a text that is no cursor, or a cursor of another category or q. */
export const decodeCursor = (cursor: string, filter: Filter): PageStart => {
  const { data } = content.safeParse(parseCursor(cursor));
  if (data?.[2] !== filterKey(filter)) return refuseCursor();
  return { revision: BigInt(data[0]), place: data[1] };
};

export type Page = { readonly items: readonly ItemReply[]; readonly total: number; readonly nextCursor: string | null };

/** The page of a wishlist that starts there, in the order of the list. */
export const pageOf = (list: Wishlist, { revision, place }: PageStart, query: ListQuery): Page => {
  const all = list.items.map((item, index) => toItemReply(item, index + 1)).filter(matches(query));
  const end = place + query.limit;
  const nextCursor = end < all.length ? encodeCursor({ revision, place: end }, query) : null;
  return { items: all.slice(place, end), total: all.length, nextCursor };
};
