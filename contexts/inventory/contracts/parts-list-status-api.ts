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
 * `PATCH /v1/mocs/:mocId/parts-lists/:partsListId/status`: fields that are left out stay as they are. Of the pieces, a
 * whole list can be said to be there, or none of it; what lies between has to be named by lot. Costs are the sum of the
 * purchases.
 */
export const partsListStatusRequest = z.strictObject({
  built: z.boolean().optional(),
  purchased: z.boolean().optional(),
  notes: z.string().max(5_000).optional(),
  costEstimate: price.nullable().optional(),
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
  /** Usable of needed pieces with two decimals, rounded down: "100.00" only when no piece lacks. */
  inventoryPercentage: z.string(),
  /** Null until the list is counted. */
  totalPartsCount: z.int().nullable(),
  acquiredPartsCount: z.int(),
  missingPartsCount: z.int(),
  damagedPartsCount: z.int(),
  costEstimate: priceReply.nullable(),
  /** Once per currency; reversed purchases do not count. */
  actualCosts: z.array(priceReply),
  notes: z.string(),
});
export type PartsListStatusReply = z.infer<typeof partsListStatusReply>;
