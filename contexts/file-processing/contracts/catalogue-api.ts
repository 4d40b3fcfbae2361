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

export type CatalogueReply = z.infer<typeof catalogueReply>;
export type PartReply = z.infer<typeof partReply>;
