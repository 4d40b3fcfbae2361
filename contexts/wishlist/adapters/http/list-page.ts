import { z } from 'zod';
import { refuse } from '@lego-moc/http/problem';
import type { ItemReply, ListQuery } from '../../contracts/http-api.ts';
import type { Item, Wishlist } from '../../domain/wishlist.ts';

/** Another image is another address: whoever keeps the one it has read shows no image that was replaced. */
const imageUrlOf = ({ itemId, wish: { image } }: Item): string | null =>
  image === null ? null : `/v1/wishlist/${itemId}/image?v=${imageIdIn(image)}`;

/** The id of an image, out of the key that it lies under. */
export const imageIdIn = (key: string): string => key.slice(key.lastIndexOf('/') + 1, key.lastIndexOf('.'));

/** An item as the API shows it, at its place on the whole list. */
export const itemReplyOf = (item: Item, sortOrder: number): ItemReply => {
  const { itemId, addedAt } = item;
  const { title, description, productLink, category, priority, price } = item.wish;
  const said = { title, description, productLink, category, priority, price };
  return { itemId, ...said, imageUrl: imageUrlOf(item), sortOrder, addedAt };
};

const unmarked = (text: string): string => text.replace(/\p{M}/gu, '');

/**
 * Without case and accents. Ends in capitals, since they are fewer: ß is SS there, and every sigma and every i is one.
 * Small letters come before that for the one capital that has no larger form: ẞ.
 */
const folded = (text: string): string => unmarked(unmarked(text.normalize('NFKD')).toLowerCase().toUpperCase());

const matches = ({ category, q }: Filter): ((item: ItemReply) => boolean) => {
  const words = folded(q ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '');
  return (item) => {
    if (category !== undefined && folded(item.category) !== folded(category)) return false;
    const text = folded(`${item.title} ${item.description}`);
    return words.every((word) => text.includes(word));
  };
};

type Filter = Pick<ListQuery, 'category' | 'q'>;

/** Where a page begins, and on which state of the list: the one that its first page showed. */
type Beginning = { readonly revision: bigint; readonly place: number };

const filterIn = ({ category, q }: Filter): string => JSON.stringify([category ?? null, q ?? null]);

const cursorFor = ({ revision, place }: Beginning, filter: Filter): string =>
  Buffer.from(JSON.stringify([String(revision), place, filterIn(filter)])).toString('base64url');

const content = z.tuple([z.string().regex(/^\d{1,18}$/), z.int().nonnegative(), z.string()]);

const decoded = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** Says no to a cursor that is none, or one of another list. */
export const refuseCursor = (): never =>
  refuse(400, 'cursor-invalid', 'A cursor is taken from the page before, with the same category and words.', {
    errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this list' }],
  });

/** Where the page before ended. Refuses a cursor that is none, or one that belongs to other words. */
export const beginningIn = (cursor: string, filter: Filter): Beginning => {
  const { data } = content.safeParse(decoded(cursor));
  if (data?.[2] !== filterIn(filter)) return refuseCursor();
  return { revision: BigInt(data[0]), place: data[1] };
};

export type Page = { readonly items: readonly ItemReply[]; readonly total: number; readonly nextCursor: string | null };

/** The page of a wishlist that begins there, in the order of the list. */
export const pageOf = (list: Wishlist, { revision, place }: Beginning, query: ListQuery): Page => {
  const all = list.items.map((item, index) => itemReplyOf(item, index + 1)).filter(matches(query));
  const end = place + query.limit;
  const nextCursor = end < all.length ? cursorFor({ revision, place: end }, query) : null;
  return { items: all.slice(place, end), total: all.length, nextCursor };
};
