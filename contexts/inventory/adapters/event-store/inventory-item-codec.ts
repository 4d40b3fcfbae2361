import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { InventoryItemEvent, InventoryItemId } from '../../domain/inventory-item-events.ts';
import { at, lotKey, lots, owner, source } from './stored-forms.ts';

const subject = { itemId: z.string().transform((id) => id as InventoryItemId), owner, at };
const price = z.object({ amount: z.int(), currency: z.string() });
const origin = z.object({ jobId: z.string(), contentHash: z.string(), catalogueRelease: z.string() });

const purchase = z.object({
  purchaseId: z.string(),
  date: z.string(),
  shop: z.string(),
  orderId: z.string().nullable(),
  price,
  lots,
});

const change = z.object({
  title: z.string().optional(),
  notes: z.string().optional(),
  costEstimate: price.nullable().optional(),
  purchased: z.boolean().optional(),
  built: z.boolean().optional(),
  statedPieces: z.int().nullable().optional(),
  statedCost: price.nullable().optional(),
});
const sections = z.array(z.object({ kind: z.enum(['bag', 'step']), name: z.string(), lots }));
const marks = z.array(z.object({ lot: lotKey, missing: z.int(), damaged: z.int() }));

/** Stored forms of an inventory item's events. */
export const inventoryItemCodec = codecFor<InventoryItemEvent>('inventory', {
  ItemTracked: [{ schema: z.object({ ...subject, source, title: z.string(), origin: origin.nullable(), lots }) }],
  ItemDivided: [{ schema: z.object({ ...subject, sections }) }],
  PartsAcquired: [{ schema: z.object({ ...subject, entryId: z.string(), lots }) }],
  PartsPurchased: [{ schema: z.object({ ...subject, purchase, acquired: lots }) }],
  PurchaseReversed: [{ schema: z.object({ ...subject, purchaseId: z.string(), reason: z.string(), returned: lots }) }],
  InventoryUpdated: [{ schema: z.object({ ...subject, change, marks }) }],
  BuildStatusChanged: [{ schema: z.object({ ...subject, source, percentage: z.int(), built: z.boolean() }) }],
  ItemUntracked: [{ schema: z.object(subject) }],
  ItemErased: [{ schema: z.object({ at }) }],
}).showing({
  shown: [
    ...['itemId', 'owner', 'at', 'kind', 'id', 'jobId', 'catalogueRelease', 'purchaseId', 'entryId'],
    ...['lot', 'quantity', 'missing', 'damaged', 'purchased', 'built', 'statedPieces', 'percentage', 'status'],
  ],
  erasedBy: ['ItemErased'],
});
