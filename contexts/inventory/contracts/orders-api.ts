import { z } from 'zod';

/**
 * `POST /v1/inventory/items/:inventoryItemId/order-imports`: the orders of a completed job become purchases of the item.
 * Imported again, they change nothing.
 */
export const orderImportRequest = z.strictObject({ jobId: z.uuid().toLowerCase() });

/**
 * `recorded` now, `known` from before, also when it was reversed since, or `skipped`: the file does not say what a purchase
 * has to say, or the item refuses it.
 */
export const orderImportReply = z.object({
  orders: z.array(
    z.object({
      orderId: z.string(),
      shop: z.string().nullable(),
      outcome: z.enum(['recorded', 'known', 'skipped']),
      purchaseId: z.uuid().nullable(),
      reason: z
        .enum(['date-missing', 'shop-missing', 'total-missing', 'purchase-already-recorded', 'too-many-purchases'])
        .nullable(),
    }),
  ),
});
export type OrderImportReply = z.infer<typeof orderImportReply>;
