import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { HoldingEvent, HoldingId } from '../../domain/stock/holding-events.ts';
import { at, ledgerLine, lots, owner, place } from './stored-forms.ts';

const holdingId = z.string().transform((id) => id as HoldingId);
const subject = { holdingId, owner, at };
const entry = { ...subject, entryId: z.string(), reason: z.string(), lots };

/** Stored forms of a holding's events. */
export const holdingCodec = codecFor<HoldingEvent>('inventory', {
  HoldingOpened: [{ schema: z.object({ ...subject, location: z.string().nullable() }) }],
  StockEntered: [{ schema: z.object({ ...entry, day: z.string().nullable() }) }],
  LedgerEntered: [{ schema: z.object({ ...entry, lines: z.array(ledgerLine) }) }],
  StockCorrected: [{ schema: z.object(entry) }],
  StockMovedOut: [{ schema: z.object({ ...entry, to: place }) }],
  StockMovedIn: [{ schema: z.object({ ...entry, from: place }) }],
  MoveCompleted: [{ schema: z.object({ ...subject, entryId: z.string() }) }],
  MoveReturned: [{ schema: z.object({ ...entry, returnedEntryId: z.string() }) }],
  EntryReversed: [{ schema: z.object({ ...entry, reversedEntryId: z.string() }) }],
  HoldingErased: [{ schema: z.object({ at }) }],
}).showing({
  shown: [
    ...['holdingId', 'owner', 'at', 'entryId', 'lot', 'quantity', 'returnedEntryId', 'reversedEntryId'],
    ...['lines', 'lineId', 'day', 'status'],
  ],
  erasedBy: ['HoldingErased'],
});
