import { z } from 'zod';

/** `GET /v1/catalogue`. Counts are of rows, by table; `leftOut` did not fit together with the rest of its release. */
export const catalogueReply = z.object({
  release: z.string(),
  importedAt: z.iso.datetime(),
  counts: z.record(z.string(), z.object({ imported: z.int(), leftOut: z.int() })),
});

/**
 * `GET /v1/catalogue/parts/:partNumber`, under Rebrickable's number. `colours` are those it is known to exist in,
 * each with the numbers LEGO sells it by. Relationships are in Rebrickable's letters: P print, R pair, B sub-part,
 * M mould, A alternate, T pattern; `role` is what the other part is to this one.
 */
export const partReply = z.object({
  partNumber: z.string(),
  name: z.string(),
  category: z.string().nullable(),
  colours: z.array(z.object({ colourId: z.int(), name: z.string(), rgb: z.string(), elementIds: z.array(z.string()) })),
  relationships: z.array(z.object({ kind: z.string(), role: z.enum(['child', 'parent']), partNumber: z.string() })),
});

/**
 * `GET /v1/catalogue/parts?q=&cursor=&limit=`: the parts that have every word of `q` in their number or name, a word
 * also by its beginning; the part with that very number first, then those with short numbers.
 */
export const partsQuery = z.object({
  q: z.string().min(1).max(100),
  cursor: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const partsReply = z.object({
  release: z.string(),
  parts: z.array(z.object({ partNumber: z.string(), name: z.string(), category: z.string().nullable() })),
  nextCursor: z.string().nullable(),
});

/** `GET /v1/catalogue/colours`: all colours under Rebrickable's ids; `rgb` in hexadecimal. */
export const coloursReply = z.object({
  release: z.string(),
  colours: z.array(z.object({ colourId: z.int(), name: z.string(), rgb: z.string(), transparent: z.boolean() })),
});

/** `GET /v1/catalogue/elements/:elementId`: the part and colour that LEGO sells under a number. */
export const elementReply = z.object({
  ...{ elementId: z.string(), partNumber: z.string(), name: z.string(), designId: z.string().nullable() },
  ...{ colourId: z.int(), colourName: z.string() },
});

/** `GET /v1/catalogue/releases`: the releases that are still there, newest first. */
export const releasesReply = z.object({
  releases: z.array(z.object({ release: z.string(), importedAt: z.iso.datetime(), parts: z.int().nonnegative() })),
});

/**
 * `GET /v1/catalogue/changes?since=&cursor=&limit=`: the parts in which the newest release differs from the release
 * `since`. A part is changed when its name, category or material is another one. `counts` are of all pages.
 */
export const changesQuery = z.object({
  since: z.string().min(1).max(100),
  cursor: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const changesReply = z.object({
  since: z.string(),
  release: z.string(),
  /** Of the `removed` ones `moved` are there under another number. */
  counts: z.object({ added: z.int(), removed: z.int(), changed: z.int(), moved: z.int() }),
  changes: z.array(
    z.object({
      partNumber: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      name: z.string().nullable(),
      nameBefore: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

export type PartsQuery = z.infer<typeof partsQuery>;
export type PartsReply = z.infer<typeof partsReply>;
export type ColoursReply = z.infer<typeof coloursReply>;
export type ElementReply = z.infer<typeof elementReply>;
export type ReleasesReply = z.infer<typeof releasesReply>;
export type ChangesQuery = z.infer<typeof changesQuery>;
export type ChangesReply = z.infer<typeof changesReply>;
export type CatalogueReply = z.infer<typeof catalogueReply>;
export type PartReply = z.infer<typeof partReply>;
