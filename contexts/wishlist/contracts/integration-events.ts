import { z } from 'zod';

/** The stream on which wishlists publish their integration events. */
export const WISHLIST_EVENTS = 'integration-wishlist';

const item = z.object({
  owner: z.string(),
  itemId: z.uuid(),
  title: z.string(),
  description: z.string(),
  productLink: z.string(),
  category: z.string(),
  priority: z.enum(['low', 'medium', 'high']),
  price: z.object({ amount: z.int(), currency: z.string() }).nullable(),
});

/** `wishlist-item.added`, `wishlist-item.updated`: the item after the event. The subject is the item. */
export const wishedPayload = item.extend({ status: z.literal('wished') });

/** `wishlist-item.deleted` */
export const unwishedPayload = z.object({ status: z.literal('deleted'), owner: z.string(), itemId: z.uuid() });

/** `wishlist.reordered`: all items in their order. The subject is the wishlist. */
export const reorderedPayload = z.object({
  status: z.literal('reordered'),
  owner: z.string(),
  order: z.array(z.uuid()),
});

export const wishlistPayload = z.discriminatedUnion('status', [wishedPayload, unwishedPayload, reorderedPayload]);
export type WishlistPayload = z.infer<typeof wishlistPayload>;

/** Payload by event type. */
export const wishlistPayloads = {
  'wishlist-item.added': wishedPayload,
  'wishlist-item.updated': wishedPayload,
  'wishlist-item.deleted': unwishedPayload,
  'wishlist.reordered': reorderedPayload,
} as const;
export type WishlistEventType = keyof typeof wishlistPayloads;
