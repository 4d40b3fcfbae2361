import { z } from 'zod';

/** `GET /v1/mocs/export`: the first line of the file. What was only begun counts, and has no further line. */
const exportHead = z.object({ exportedAt: z.iso.datetime(), mocs: z.int(), comments: z.int(), commentFlags: z.int() });

/**
 * Every other line: an event of a MOC or comment of the caller, a flag of theirs of any comment, an event of their likes,
 * bookmarks and follows, or of their webhooks, as it was recorded.
 */
const exportedEvent = z.object({
  kind: z.enum(['moc', 'comment', 'comment-flag', 'interests', 'webhooks']),
  id: z.uuid(),
  revision: z.string(),
  what: z.string(),
  recordedAt: z.iso.datetime(),
  data: z.looseObject({}),
});

export const exportLine = z.union([exportHead, exportedEvent]);
export type ExportLine = z.infer<typeof exportLine>;
