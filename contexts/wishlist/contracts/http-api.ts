import { hasVisibleCharacter } from '@lego-moc/kernel/visible-text';
import { z } from 'zod';

const title = z.string().trim().min(1).max(200).refine(hasVisibleCharacter, 'has no visible character');
const description = z.string().max(5_000);
/** Shown as a link: an http or https URL, normalised as browsers do. */
const productLink = z
  .url({ protocol: /^https?$/, normalize: true, error: 'an address that begins with https:// or http://' })
  .max(2_000)
  .or(z.literal(''));
const category = z.string().max(100);
const priority = z.enum(['low', 'medium', 'high']);
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
/** In the smallest unit of an ISO 4217 currency: { amount: 1299, currency: 'EUR' }. */
const price = z.strictObject({
  amount: z.int().nonnegative(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters, as in EUR')
    .refine((code) => CURRENCIES.has(code), 'no currency that ISO 4217 knows'),
});
const itemId = z.uuid().toLowerCase();
const requestId = z.string().min(1).max(100);

/** `POST /v1/wishlist` */
export const addItemRequest = z.strictObject({
  title,
  description: description.default(''),
  productLink: productLink.default(''),
  category: category.default(''),
  priority: priority.default('medium'),
  price: price.nullable().default(null),
});

/** `PATCH /v1/wishlist/:itemId`: fields that are left out stay as they are. */
export const updateItemRequest = z.strictObject({
  title: title.optional(),
  description: description.optional(),
  productLink: productLink.optional(),
  category: category.optional(),
  priority: priority.optional(),
  price: price.nullable().optional(),
});

/** `PUT /v1/wishlist/order`: items that are not named follow in the order they have. */
export const orderRequest = z.strictObject({ order: z.array(itemId).max(1_000) });

/** `POST /v1/wishlist/reorder/debounced`: the status names a request id that the client chose. */
export const debouncedReorderRequest = orderRequest.extend({ requestId: requestId.optional() });
export const debouncedReorderReply = z.object({
  requestId,
  debounced: z.literal(true),
  willPersistAt: z.iso.datetime(),
});

/** `POST /v1/wishlist/reorder/cancel`: without a request id, or without a body, the order that is waiting, whichever it is. */
export const cancelReorderRequest = z.strictObject({ requestId: requestId.optional() }).optional();

/** `GET /v1/wishlist/reorder/status`: `requestId` is that of the reorder that is waiting, or that took effect last. */
export const reorderStatusReply = z.object({
  status: z.enum(['idle', 'pending', 'settled']),
  requestId: requestId.nullable(),
  willPersistAt: z.iso.datetime().nullable(),
});

export const itemParams = z.object({ itemId });

/** `GET /v1/wishlist/:itemId/image`: `v` is in the `imageUrl` of an item, another one for each image. */
export const imageQuery = z.object({ v: z.uuid().optional() });

/**
 * `GET /v1/wishlist`: `q` looks into title and description; `atLeastRevision` is the ETag of an earlier reply. With a
 * `cursor` the list is as it stood when its first page was read, whatever happened since; category and `q` stay the same.
 */
export const listQuery = z.object({
  category: category.optional(),
  q: z.string().max(200).optional(),
  cursor: z.string().max(4_000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  atLeastRevision: z.coerce.bigint().nonnegative().optional(),
});
export type ListQuery = z.infer<typeof listQuery>;

export const itemReply = z.object({
  itemId,
  title: z.string(),
  description: z.string(),
  productLink: z.string(),
  category: z.string(),
  priority,
  price: z.object({ amount: z.int(), currency: z.string() }).nullable(),
  /** Path of its image, for its owner. */
  imageUrl: z.string().nullable(),
  /** Its place on the whole list, from 1; no two items share one. */
  sortOrder: z.int().positive(),
  addedAt: z.iso.datetime(),
});
export type ItemReply = z.infer<typeof itemReply>;

/** The image of a wish as a page needs it before it has loaded, with signed URLs of smaller ones, or paths at the gateway. */
const linkedImage = z.object({
  width: z.int(),
  height: z.int(),
  /** See https://blurha.sh. */
  blurhash: z.string(),
  /** As `#rrggbb`. */
  dominantColour: z.string(),
  renditions: z.array(z.object({ side: z.int(), width: z.int(), height: z.int(), size: z.int(), url: z.string() })),
});

/** `image` comes with `processed`. `pending` are images of former days until they were described. */
const preview = z.object({
  renditions: z.enum(['pending', 'processed', 'failed']),
  image: linkedImage.exactOptional(),
});
export type Preview = z.infer<typeof preview>;

/** An item as reading routes show it. Replies to changes hold no URLs that expire: they are stored for repetitions. */
export const previewedItem = itemReply.extend({
  /** Of its image; null when it has none. */
  preview: preview.nullable(),
});
export type PreviewedItem = z.infer<typeof previewedItem>;

export const listReply = z.object({ items: z.array(previewedItem), total: z.int(), nextCursor: z.string().nullable() });
export const categoriesReply = z.object({ categories: z.array(z.string()) });
