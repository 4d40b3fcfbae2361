import { z } from 'zod';

const kind = z.enum(['set', 'minifig']);
const setFields = { setNumber: z.string(), kind, name: z.string() };
const catalogueSet = z.object({ ...setFields, year: z.int().nullable(), pieces: z.int().nullable() });
const containedSet = z.object({ ...setFields, quantity: z.number().positive() });

/**
 * `GET /v1/catalogue/sets?q=&kind=&cursor=&limit=`: the sets and minifigs that have every word of `q` in their number or
 * name, a word also by its beginning. `pieces` is what the catalogue says of a set, without its spares.
 */
export const setsQuery = z.object({
  q: z.string().min(1).max(100),
  kind: kind.optional(),
  cursor: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const setsReply = z.object({
  release: z.string(),
  sets: z.array(catalogueSet),
  nextCursor: z.string().nullable(),
});

/**
 * `GET /v1/catalogue/sets/:setNumber`: a set or minifig under Rebrickable's number; without an edition the first one, so
 * 10255 is 10255-1. `versions` are those of its inventory, newest first, empty when none is imported; `contents` are the
 * sets and minifigs in the newest.
 */
export const setReply = z.object({
  release: z.string(),
  ...catalogueSet.shape,
  versions: z.array(z.int()),
  contents: z.array(containedSet),
});

/**
 * `GET /v1/catalogue/sets/:setNumber/parts?version=&cursor=&limit=`: the parts of a set, those of its minifigs and of
 * sets within it included, by part and colour; spares are rows of their own. Without `version` the newest. `lots`,
 * `pieces` and `spares` are of all pages. `unopened` are contents without an inventory, whose parts are missing here.
 * Names are null for what the release does not have.
 */
export const setPartsQuery = z.object({
  version: z.coerce.number().int().nonnegative().optional(),
  cursor: z.coerce.number().int().nonnegative().max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const setPartsReply = z.object({
  release: z.string(),
  setNumber: z.string(),
  name: z.string(),
  version: z.int(),
  lots: z.int().nonnegative(),
  pieces: z.number().nonnegative(),
  spares: z.number().nonnegative(),
  unopened: z.array(containedSet),
  parts: z.array(
    z.object({
      partNumber: z.string(),
      partName: z.string().nullable(),
      colourId: z.int(),
      colourName: z.string().nullable(),
      quantity: z.number().positive(),
      isSpare: z.boolean(),
    }),
  ),
  nextCursor: z.int().nullable(),
});

export type SetsQuery = z.infer<typeof setsQuery>;
export type SetsReply = z.infer<typeof setsReply>;
export type SetReply = z.infer<typeof setReply>;
export type SetPartsQuery = z.infer<typeof setPartsQuery>;
export type SetPartsReply = z.infer<typeof setPartsReply>;
