import { z } from 'zod';
import { price, priceReply } from './pieces.ts';

export const partsListStatusParams = z.object({ mocId: z.uuid().toLowerCase(), partsListId: z.uuid().toLowerCase() });

/** A number, or the text that the monolith stored for it. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,2})?$/, 'a number')
    .transform(Number),
]);

/**
 * `PATCH /v1/mocs/:mocId/parts-lists/:partsListId/status`: fields that are left out stay as they are. A count or percentage
 * between none and all is kept as the caller's word until lots are named; only pieces of named lots can be built with.
 * `actualCost` is the caller's word until a purchase says what it cost.
 */
export const partsListStatusRequest = z.strictObject({
  built: z.boolean().optional(),
  purchased: z.boolean().optional(),
  notes: z.string().max(5_000).optional(),
  costEstimate: price.nullable().optional(),
  actualCost: price.nullable().optional(),
  acquiredPartsCount: number.pipe(z.int().nonnegative()).optional(),
  inventoryPercentage: number.pipe(z.number().min(0).max(100)).optional(),
});
export type PartsListStatusRequest = z.infer<typeof partsListStatusRequest>;

/** What its reader has of a parts list. Before anything was said of it, nothing. */
export const partsListStatusReply = z.object({
  mocId: z.uuid(),
  partsListId: z.uuid(),
  title: z.string(),
  /** `/v1/inventory/items/:inventoryItemId` has the lots and purchases; null before anything was said of the list. */
  inventoryItemId: z.uuid().nullable(),
  built: z.boolean(),
  purchased: z.boolean(),
  /** Of the needed pieces with two decimals, rounded down: "100.00" only when no piece lacks. */
  inventoryPercentage: z.string(),
  /** Null until the list is counted. */
  totalPartsCount: z.int().nullable(),
  acquiredPartsCount: z.int(),
  /** Those of the acquired pieces whose lots are known. */
  namedPartsCount: z.int(),
  missingPartsCount: z.int(),
  damagedPartsCount: z.int(),
  costEstimate: priceReply.nullable(),
  /** Once per currency; reversed purchases do not count. Without a purchase, what the caller says. */
  actualCosts: z.array(priceReply),
  notes: z.string(),
});
export type PartsListStatusReply = z.infer<typeof partsListStatusReply>;
