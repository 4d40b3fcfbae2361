import { z } from 'zod';
import { enteredLots, markedLots, neededLots, pieceReply, price, priceReply, quantityReply } from './pieces.ts';

const inventoryItemId = z.uuid().toLowerCase();
const purchaseId = z.uuid().toLowerCase();
const title = z.string().trim().min(1).max(200);
const instant = z.iso.datetime();
export const sourceKind = z.enum(['parts-list', 'wish', 'set', 'loose']);

export const itemParams = z.object({ inventoryItemId });
export const purchaseParams = z.object({ inventoryItemId, purchaseId });

/**
 * `POST /v1/inventory/items`: a parts list is named by its id and by the job that has read it, whose lots are taken; the
 * lots of any other source come with the request.
 */
export const trackRequest = z.union([
  z.strictObject({
    source: z.strictObject({ kind: z.literal('parts-list'), id: z.uuid().toLowerCase() }),
    jobId: z.uuid().toLowerCase(),
    title: title.optional(),
  }),
  z.strictObject({
    source: z.strictObject({ kind: z.enum(['wish', 'set', 'loose']), id: z.string().trim().min(1).max(100) }),
    title,
    lots: neededLots.min(1),
  }),
]);
export type TrackRequest = z.infer<typeof trackRequest>;

/** `PATCH /v1/inventory/items/:inventoryItemId`: fields that are left out stay as they are. */
export const updateItemRequest = z.strictObject({
  title: title.optional(),
  notes: z.string().max(5_000).optional(),
  costEstimate: price.nullable().optional(),
  purchased: z.boolean().optional(),
  built: z.boolean().optional(),
  lots: markedLots.default([]),
});

/** `POST /v1/inventory/items/:inventoryItemId/entries`: all lots are accepted, or none is. */
export const acquireRequest = z.strictObject({ lots: enteredLots });

/** `POST /v1/inventory/items/:inventoryItemId/purchases`: immutable. An order of a shop is recorded once. */
export const purchaseRequest = z.strictObject({
  date: z.iso.date(),
  shop: z.string().trim().min(1).max(100),
  orderId: z.string().trim().min(1).max(100).nullable().default(null),
  price,
  lots: neededLots.default([]),
});

/** `DELETE /v1/inventory/items/:inventoryItemId/purchases/:purchaseId` */
export const reversalQuery = z.object({ reason: z.string().max(200).default('') });

/** The totals of an item. `usable` pieces are acquired and neither missing nor damaged. */
export const itemReply = z.object({
  itemId: inventoryItemId,
  source: z.object({ kind: sourceKind, id: z.string() }),
  title: z.string(),
  /** What the lots were read from; null for lots that came with the request. */
  origin: z.object({ jobId: z.uuid(), contentHash: z.string(), catalogueRelease: z.string() }).nullable(),
  lots: z.int(),
  needed: z.int(),
  acquired: z.int(),
  usable: z.int(),
  /** In whole per cent, rounded down: 100 only when no piece lacks. */
  percentage: z.int(),
  built: z.boolean(),
  purchased: z.boolean(),
  costEstimate: priceReply.nullable(),
  /** Once per currency; reversed purchases do not count. */
  actualCosts: z.array(priceReply),
  notes: z.string(),
  trackedAt: instant,
  changedAt: instant,
});
export type ItemReply = z.infer<typeof itemReply>;

const limit = z.coerce.number().int().min(1).max(200).default(50);

/** The instant and id of the last item of a page. */
const cursor = z
  .string()
  .regex(/^[\d:.TZ-]{20,30}_[\da-f-]{36}$/, 'nextCursor of the page before')
  .optional();

/** `GET /v1/inventory/items`: the latest change first. */
export const itemsQuery = z.object({ kind: sourceKind.optional(), cursor, limit });
export type ItemsQuery = z.infer<typeof itemsQuery>;
export const itemsReply = z.object({ items: z.array(itemReply), nextCursor: z.string().nullable() });

/** `GET /v1/inventory/items/:inventoryItemId/lots`: in the order of the list. `cursor` is `nextCursor` of the page before. */
export const itemLotsQuery = z.object({
  cursor: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  open: z.stringbool().default(false),
});
export const itemLotReply = pieceReply.extend({
  needed: z.int(),
  acquired: z.int(),
  missing: z.int(),
  damaged: z.int(),
  /** Pieces that lack before the lot is complete. */
  open: z.int(),
});
export const itemLotsReply = z.object({ lots: z.array(itemLotReply), nextCursor: z.int().nullable() });

/** `surplus` pieces were bought beyond what the item needed. */
export const purchaseReply = z.object({
  purchaseId,
  date: z.iso.date(),
  shop: z.string(),
  orderId: z.string().nullable(),
  price: priceReply,
  lots: z.array(quantityReply),
  surplus: z.int(),
  reversed: z.boolean(),
});
export const purchasesReply = z.object({ purchases: z.array(purchaseReply) });

/** `GET /v1/inventory/summary`: over all items of the caller. */
export const summaryReply = z.object({
  items: z.int(),
  built: z.int(),
  purchased: z.int(),
  complete: z.int(),
  needed: z.int(),
  usable: z.int(),
  /** Of the items, in per cent with two decimals, as in "66.50". */
  averagePercentage: z.string(),
});

/** `GET /v1/users/me/parts-lists/summary`: as the monolith answered, about parts lists only. */
export const partsListsSummaryReply = z.object({
  statistics: z.object({
    totalPartsLists: z.int(),
    builtCount: z.int(),
    purchasedCount: z.int(),
    averageInventoryPercentage: z.string(),
  }),
  recentPartsLists: z.array(itemReply).max(10),
});
