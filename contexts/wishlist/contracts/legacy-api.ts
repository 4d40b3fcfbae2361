import { z } from 'zod';

/** The monolith's contract below `/api/wishlist`, for users whose wishlist has moved. */

const envelope = <Data extends z.ZodType, Status extends number>(data: Data, status: Status) =>
  z.object({ status: z.literal(status), message: z.string(), data });

const text = z.string().max(100_000).nullish();
const order = z.coerce.string().max(1_000);

export const legacyItem = z.object({
  id: z.guid(),
  userId: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  productLink: z.string().nullable(),
  imageUrl: z.string().nullable(),
  category: z.string().nullable(),
  /** A number as text. */
  sortOrder: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type LegacyItem = z.infer<typeof legacyItem>;

/** Lists come in the order of `sortOrder` as text: 10 before 9. */
const items = z.array(legacyItem);
const parameter = z.string().max(200).optional();

export const legacyListQuery = z.object({ category: parameter });
/** Three names are in use. */
export const legacySearchQuery = z.object({ q: parameter, query: parameter, search: parameter });
export const legacyItemParams = z.object({ id: z.guid().toLowerCase() });

export const legacyItemRequest = z.object({
  title: z.string().min(1).max(100_000),
  description: text,
  productLink: text,
  imageUrl: text,
  category: text,
  sortOrder: order.optional(),
});
export const legacyChangeRequest = legacyItemRequest.partial();
export type LegacyItemFields = z.infer<typeof legacyChangeRequest>;

export const legacyOrderRequest = z.object({
  itemOrders: z.array(z.object({ id: z.guid().toLowerCase(), sortOrder: order })).max(1_000),
  requestId: z.string().max(100).optional(),
});
export type LegacyOrder = z.infer<typeof legacyOrderRequest>;

export const legacyItemsEnvelope = envelope(z.object({ items }), 200);
export const legacyItemEnvelope = envelope(legacyItem, 200);
export const legacyDeletionEnvelope = envelope(z.object({ id: z.string() }), 200);
export const legacyOrderEnvelope = envelope(
  z.object({ items, requestId: z.string(), changed: z.int(), timestamp: z.string() }),
  200,
);
export const legacyPendingEnvelope = envelope(
  z.object({ requestId: z.string(), debounced: z.literal(true), willPersistAt: z.string() }),
  202,
);
export const legacyStatusEnvelope = envelope(
  z.object({
    pending: z.boolean(),
    requestId: z.string().exactOptional(),
    willPersistAt: z.string().exactOptional(),
  }),
  200,
);
export const legacyCancelEnvelope = envelope(z.object({ cancelled: z.boolean() }), 200);
