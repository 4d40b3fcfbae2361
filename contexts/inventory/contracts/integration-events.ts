import { z } from 'zod';

/** The stream on which inventories publish their integration events. The subject is the item. */
export const INVENTORY_EVENTS = 'integration-inventory';

const item = z.object({ owner: z.string(), itemId: z.uuid() });
const source = z.object({ kind: z.enum(['parts-list', 'wish', 'set', 'loose']), id: z.string() });

/** `inventory-item.tracked`: pieces of a source are collected from now on. */
export const itemTrackedPayload = item.extend({ status: z.literal('tracked'), source, needed: z.int().nonnegative() });

/** `inventory-item.untracked` */
export const itemUntrackedPayload = item.extend({ status: z.literal('untracked') });

/** `parts.acquired`: pieces came in; a negative number of pieces left again. */
export const partsAcquiredPayload = item.extend({ status: z.literal('acquired'), pieces: z.int() });

/** `parts.purchased`: pieces were bought for an item. Shop and price stay private. */
export const partsPurchasedPayload = item.extend({ status: z.literal('purchased'), pieces: z.int().nonnegative() });

/** `build-status.changed`: `percentage` of the needed pieces, rounded down, can be built with. */
export const buildStatusPayload = item.extend({
  status: z.literal('build-status'),
  source,
  percentage: z.int().min(0).max(100),
  built: z.boolean(),
});

export const inventoryPayload = z.discriminatedUnion('status', [
  itemTrackedPayload,
  itemUntrackedPayload,
  partsAcquiredPayload,
  partsPurchasedPayload,
  buildStatusPayload,
]);
export type InventoryPayload = z.infer<typeof inventoryPayload>;

/** Payload by event type. */
export const inventoryPayloads = {
  'inventory-item.tracked': itemTrackedPayload,
  'inventory-item.untracked': itemUntrackedPayload,
  'parts.acquired': partsAcquiredPayload,
  'parts.purchased': partsPurchasedPayload,
  'build-status.changed': buildStatusPayload,
} as const;
