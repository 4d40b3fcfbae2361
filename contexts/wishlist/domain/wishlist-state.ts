import type { Instant } from '@lego-moc/kernel/message';
import type { ImagePreview, ItemId, LegacyColumns, ReorderProposed, Wish } from './wishlist-events.ts';

export type WishlistRejection =
  | 'item-not-found'
  | 'item-id-taken'
  | 'wishlist-full'
  | 'order-names-unknown-item'
  | 'order-repeats-item'
  | 'user-erased';

export type Item = {
  readonly itemId: ItemId;
  readonly wish: Wish;
  readonly addedAt: Instant;
  /** Of the image of the wish: null when it cannot be described, absent until it was. */
  readonly preview?: ImagePreview | null;
  /** Its row at the monolith, when it came from there, and the last change of it. */
  readonly legacy?: { readonly columns: LegacyColumns; readonly sequence: number };
  /** Its place, while the monolith says the order of the list. */
  readonly place?: number;
};

/** One builder's wishes. The place of an item in the array is its sort order, so no two can share one. */
export type Wishlist = {
  readonly items: readonly Item[];
  readonly proposed: ReorderProposed['data'] | undefined;
  /** Request id of the last reorder that took effect. */
  readonly settled: string | undefined;
  /** The items deleted last: a tab that has not seen it may still name them, and their ids are never used again. */
  readonly deleted: readonly ItemId[];
  /** The account of its owner was erased. */
  readonly erased: boolean;
};

/** The value without one of its optional properties. */
export const omit = <Value extends object>(value: Value, name: keyof Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as Value;
