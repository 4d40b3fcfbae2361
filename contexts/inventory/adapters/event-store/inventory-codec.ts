import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { InventoryEvent } from '../../domain/inventory.ts';
import { at, owner } from './stored-forms.ts';

const entry = z.object({
  kind: z.enum(['item', 'holding', 'import', 'ledger-import', 'build', 'membership']),
  id: z.string(),
});

/** Stored forms of an inventory's register. */
export const inventoryCodec = codecFor<InventoryEvent>('inventory', {
  EntryListed: [{ schema: z.object({ owner, entry, at }) }],
  InventoryErased: [{ schema: z.object({ at }) }],
}).showing({ shown: ['owner', 'kind', 'id', 'at'], erasedBy: ['InventoryErased'] });
