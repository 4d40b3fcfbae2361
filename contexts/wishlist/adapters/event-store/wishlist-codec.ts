import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ItemId, WishlistEvent } from '../../domain/wishlist-events.ts';

const itemId = z.string().transform((id) => id as ItemId);
const owner = z.string().transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const order = z.array(itemId);
const requestId = z.string();

const wish = z.object({
  title: z.string(),
  description: z.string(),
  productLink: z.string(),
  category: z.string(),
  priority: z.enum(['low', 'medium', 'high']),
  price: z.object({ amount: z.int(), currency: z.string() }).nullable(),
  image: z.string().nullable(),
});

const rendition = z.object({ side: z.int(), width: z.int(), height: z.int(), size: z.int() });
const preview = z.object({
  width: z.int(),
  height: z.int(),
  blurhash: z.string(),
  dominantColour: z.string(),
  renditions: z.array(rendition),
});

const legacyColumns = z.object({
  title: z.string(),
  description: z.string().nullable(),
  product_link: z.string().nullable(),
  image_url: z.string().nullable(),
  category: z.string().nullable(),
  sort_order: z.string(),
});
const legacyFinding = z.enum(['title-blank', 'title-too-long', 'link-unsafe', 'order-unreadable', 'image-left-behind']);

/** Stored forms of a wishlist's events. */
export const wishlistCodec = codecFor<WishlistEvent>('wishlist', {
  WishlistItemAdded: [{ schema: z.object({ owner, itemId, wish, addedAt: instant }) }],
  WishlistItemUpdated: [{ schema: z.object({ itemId, wish }) }],
  WishImageDescribed: [{ schema: z.object({ itemId, image: z.string(), preview: preview.nullable() }) }],
  WishlistItemDeleted: [{ schema: z.object({ itemId }) }],
  ReorderProposed: [{ schema: z.object({ requestId, order, persistAt: instant }) }],
  ReorderCancelled: [{ schema: z.object({ requestId }) }],
  WishlistReordered: [{ schema: z.object({ order, requestId }) }],
  WishImported: [
    {
      schema: z.object({
        ...{ owner, itemId, wish, addedAt: instant, legacy: legacyColumns, sequence: z.int() },
        findings: z.array(legacyFinding),
      }),
    },
  ],
  WishlistErased: [{ schema: z.object({ erasedAt: instant }) }],
}).showing({
  shown: [
    ...['owner', 'itemId', 'priority', 'addedAt', 'order', 'requestId', 'persistAt', 'width', 'height'],
    ...['side', 'size', 'erasedAt', 'status'],
  ],
  secret: ['image'],
  erasedBy: ['WishlistErased'],
});
