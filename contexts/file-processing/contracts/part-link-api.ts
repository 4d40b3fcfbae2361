import { z } from 'zod';

const schemes = z.enum(['rebrickable', 'bricklink', 'brickowl', 'ldraw', 'lego']);

/** One part number, as tables of them have it. */
const partNumber = z
  .string()
  .trim()
  .regex(/^[!-~]{1,80}$/, '1 to 80 printable ASCII characters without blanks');

const provenance = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}]{1,200}$/u, '1 to 200 characters on one line');

/**
 * `POST /v1/part-links`: a CSV with the columns scheme, number, scheme, number, and provenance if there is one; one of the
 * two schemes is rebrickable. `replace` lets it win over what the table says already.
 */
export const importPartLinksRequest = z.strictObject({
  csv: z.string().min(1).max(900_000),
  replace: z.boolean().default(false),
});

const count = z.int().nonnegative();

/** All are counted; of the rows that were not imported the first hundred are named. */
export const importPartLinksReply = z.object({
  added: count,
  replaced: count,
  unchanged: count,
  /** Of the numbers added or replaced: those whose part the newest release of the catalogue does not have. */
  missing: count,
  refused: z.object({
    count,
    first: z.array(z.object({ line: z.int(), column: z.int(), detail: z.string() })).max(100),
  }),
});

/** A number of another system, and the part that it stands for in the lists of its owner. */
export const partLinkReply = z.object({
  partLinkId: z.string(),
  scheme: schemes,
  number: z.string(),
  part: z.string(),
  provenance: z.string(),
});

/** `PATCH /v1/part-links/:partLinkId`: fields that are left out stay as they are. */
export const changePartLinkRequest = z.strictObject({ part: partNumber, provenance }).partial();

export const partLinksQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** The own table in the order of schemes and numbers; `nextCursor` leads to the next page. */
export const partLinksReply = z.object({
  partLinks: z.array(partLinkReply),
  nextCursor: z.string().nullable(),
});
