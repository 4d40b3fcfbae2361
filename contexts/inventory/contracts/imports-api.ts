import { z } from 'zod';

const importId = z.uuid().toLowerCase();

export const importParams = z.object({ importId });

/**
 * `POST /v1/inventory/imports`: puts the lots of a completed job, spares included, into a place of the stock. Answers 202
 * with `Location`; asked again for the same job, it changes nothing, unless that import was undone.
 */
export const importRequest = z.strictObject({
  jobId: z.uuid().toLowerCase(),
  location: z.string().trim().min(1).max(100).nullable().default(null),
});

/**
 * `GET /v1/inventory/imports/:importId`. `skippedLots` could not be read, or are no pieces; the job says which. `undo`
 * is what an import that was undone took back, and what had left its place before.
 */
export const importReply = z.object({
  importId,
  jobId: z.uuid(),
  status: z.enum(['running', 'completed', 'stopped', 'undoing', 'undone']),
  stopReason: z.enum(['job-gone', 'holding-full', 'too-many-pages', 'overdue']).nullable(),
  holdingId: z.uuid(),
  location: z.string().nullable(),
  lots: z.int(),
  pieces: z.int(),
  skippedLots: z.int(),
  undo: z.object({ pieces: z.int(), lackingPieces: z.int() }).nullable(),
  requestedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
});
export type ImportReply = z.infer<typeof importReply>;
