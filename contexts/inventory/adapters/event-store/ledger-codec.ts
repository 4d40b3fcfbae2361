import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { LedgerEvent, LedgerImportId } from '../../domain/ledger/ledger-events.ts';
import { findingReasons } from '../../domain/ledger/ledger-lines.ts';
import { at, ledgerLine, owner, place } from './stored-forms.ts';

const subject = { importId: z.string().transform((id) => id as LedgerImportId), owner, at };
const reason = z.enum(findingReasons);
const lines = z.array(z.object({ line: z.int(), content: z.union([ledgerLine, reason]) }));
const findings = z.array(z.object({ line: z.int(), reason, available: z.int().nullable() }));
const replay = { part: z.int(), entryId: z.string(), entered: z.int(), known: z.int(), findings };
const stopReason = z.enum(['incomplete', 'holding-full', 'inventory-full', 'overdue']);

/** Stored forms of the events of a ledger's import. */
export const ledgerCodec = codecFor<LedgerEvent>('inventory', {
  LedgerImportRequested: [{ schema: z.object({ ...subject, place, lines: z.int(), parts: z.int() }) }],
  LedgerPartReceived: [{ schema: z.object({ ...subject, part: z.int(), lines }) }],
  LedgerPartReplayed: [{ schema: z.object({ ...subject, ...replay }) }],
  LedgerImportStopped: [{ schema: z.object({ ...subject, reason: stopReason }) }],
  LedgerUndoRequested: [{ schema: z.object(subject) }],
  LedgerImportUndone: [{ schema: z.object({ ...subject, pieces: z.int(), lackingPieces: z.int() }) }],
  LedgerImportErased: [{ schema: z.object({ at }) }],
}).showing({
  shown: [
    ...['importId', 'owner', 'at', 'holdingId', 'lines', 'parts', 'part', 'line', 'lineId', 'day', 'lot', 'quantity'],
    ...['entryId', 'entered', 'known', 'findings', 'reason', 'available', 'pieces', 'lackingPieces', 'status'],
  ],
  erasedBy: ['LedgerImportErased'],
});
