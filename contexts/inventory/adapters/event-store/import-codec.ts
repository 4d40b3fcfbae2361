import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { ImportEvent, ImportId } from '../../domain/imports/import-events.ts';
import { at, owner, place } from './stored-forms.ts';

const subject = { importId: z.string().transform((id) => id as ImportId), owner, at };
const page = {
  entryId: z.string(),
  lots: z.int(),
  pieces: z.int(),
  skippedLots: z.int(),
  nextCursor: z.int().nullable(),
};
const reason = z.enum(['job-gone', 'holding-full', 'too-many-pages', 'overdue']);

/** Stored forms of an import's events. */
export const importCodec = codecFor<ImportEvent>('inventory', {
  ImportRequested: [{ schema: z.object({ ...subject, jobId: z.string(), place }) }],
  PageImported: [{ schema: z.object({ ...subject, ...page }) }],
  ImportStopped: [{ schema: z.object({ ...subject, reason }) }],
  ImportUndoRequested: [{ schema: z.object(subject) }],
  ImportUndone: [{ schema: z.object({ ...subject, pieces: z.int(), lackingPieces: z.int() }) }],
  ImportErased: [{ schema: z.object({ at }) }],
}).showing({
  shown: [
    ...['importId', 'owner', 'at', 'jobId', 'holdingId', 'entryId', 'lots', 'pieces', 'skippedLots'],
    ...['nextCursor', 'reason', 'lackingPieces', 'status'],
  ],
  erasedBy: ['ImportErased'],
});
