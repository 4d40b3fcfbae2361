import { z } from 'zod';

/** A row of the monolith's `wishlist_items`, without its id, its owner and its times. */
export const legacyWishColumns = z.object({
  title: z.string().max(100_000),
  description: z.string().max(1_000_000).nullable(),
  product_link: z.string().max(100_000).nullable(),
  image_url: z.string().max(100_000).nullable(),
  category: z.string().max(100_000).nullable(),
  sort_order: z.string().max(1_000),
});
export type LegacyWishColumns = z.infer<typeof legacyWishColumns>;

const legacyWishChange = z.object({
  owner: z.string().min(1).max(256),
  itemId: z.guid().toLowerCase(),
  /** Grows with the changes of one row; 0 for a row that was copied. */
  sequence: z.int().nonnegative(),
  /** Null when it was deleted. */
  row: z.object({ columns: legacyWishColumns, addedAt: z.iso.datetime() }).nullable(),
});
export type LegacyWishChange = z.infer<typeof legacyWishChange>;

export const IMPORT_MAX = 500;

/** The streams of wishlists begin so; a list's id follows. */
export const WISHLIST_STREAM_PREFIX = 'wishlist-';

/** `POST /internal/v1/legacy-wishes` */
export const importWishesRequest = z.object({ changes: z.array(legacyWishChange).max(IMPORT_MAX) });
export const importWishesReply = z.object({
  /** Rows with something that no request would be allowed. */
  findings: z.array(z.object({ itemId: z.string(), findings: z.array(z.string()) })),
  /** Users whose rows were not taken, and why. */
  refusals: z.array(z.object({ owner: z.string(), code: z.string() })),
});
export type ImportWishesReply = z.infer<typeof importWishesReply>;

export const legacyListParams = z.object({ listId: z.uuid() });

/** `GET /internal/v1/legacy-wishes/:listId`: the rows that the monolith should have, in the order of the list. */
export const legacyListReply = z.object({
  /** Null for a list that never had an item. */
  owner: z.string().nullable(),
  revision: z.int().nullable(),
  rows: z.array(z.object({ itemId: z.string(), addedAt: z.iso.datetime(), columns: legacyWishColumns })),
  /** Items that were deleted last, 1,000 at most. */
  deleted: z.array(z.string()),
});
export type LegacyList = z.infer<typeof legacyListReply>;

export const LEGACY_LISTS_MAX = 500;

/** `GET /internal/v1/legacy-wishes`: wishlists behind `after`, in the order of their ids. */
export const legacyListsQuery = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(LEGACY_LISTS_MAX).default(LEGACY_LISTS_MAX),
});
/** `owner` is null for a list that never had an item. */
export const legacyListsReply = z.object({
  lists: z.array(z.object({ listId: z.string(), owner: z.string().nullable() })),
});
