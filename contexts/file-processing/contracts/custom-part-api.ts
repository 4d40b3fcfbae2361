import { z } from 'zod';

/** A number that a list of parts can name. */
const number = z
  .string()
  .trim()
  .regex(/^[!-~](?:[ -~]{0,62}[!-~])?$/, '1 to 64 printable ASCII characters');

const part = {
  number,
  name: z.string().trim().min(1).max(200),
  colourIds: z
    .array(z.int().nonnegative())
    .max(300)
    .refine((ids) => new Set(ids).size === ids.length, 'names a colour twice'),
  relatedPart: z.string().trim().min(1).max(64).nullable(),
};

/** `POST /v1/custom-parts`: a part that the catalogue does not have. Colours are Rebrickable's ids. */
export const addCustomPartRequest = z.strictObject({
  ...part,
  colourIds: part.colourIds.default([]),
  relatedPart: part.relatedPart.default(null),
});

/** `PATCH /v1/custom-parts/:customPartId`: fields that are left out stay as they are. */
export const changeCustomPartRequest = z.strictObject(part).partial();

/** A custom part. The ETag of a reply is the revision of all custom parts of their owner. */
export const customPartReply = z.object({
  customPartId: z.string(),
  number: z.string(),
  name: z.string(),
  colourIds: z.array(z.int()),
  relatedPart: z.string().nullable(),
  addedAt: z.iso.datetime(),
});

export const customPartsQuery = z.object({
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The own custom parts in the order of their numbers; `nextCursor` leads to the next page. */
export const customPartsReply = z.object({
  customParts: z.array(customPartReply),
  nextCursor: z.string().nullable(),
});
