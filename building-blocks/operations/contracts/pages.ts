import { z } from 'zod';

/** Revisions, positions and numbers of messages are decimal strings: they may be larger than a JavaScript number. */
export const ordinal = z
  .string()
  .regex(/^\d{1,18}$/)
  .meta({ examples: ['41'] });

/** The part of a query that asks for a page. `cursor` is the `nextCursor` of the page before. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: ordinal.optional(),
});

/** Null on the last page. */
export const nextCursor = z.string().nullable();
