import { z } from 'zod';

/**
 * `GET /v1/catalogue-items?release=&cursor=&limit=`, for services: the parts and then the sets of a release, by page; of
 * the newest unless `release` names another. Pages of different releases do not belong together.
 */
export const catalogueItemsQuery = z.object({
  release: z.string().min(1).max(100).optional(),
  cursor: z
    .string()
    .max(200)
    .regex(/^(?:part|set):/u, 'nextCursor of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});

const item = { number: z.string(), name: z.string() };

/** `theme` is the outermost one of a set, `subthemes` those within it, from the outermost on. */
export const catalogueItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('part'), ...item, category: z.string().nullable() }),
  z.object({
    ...{ kind: z.literal('set'), ...item },
    ...{ theme: z.string().nullable(), subthemes: z.array(z.string()) },
    ...{ year: z.int().nullable(), pieces: z.int().nullable() },
  }),
]);
export const catalogueItemsReply = z.object({
  release: z.string(),
  items: z.array(catalogueItem),
  nextCursor: z.string().nullable(),
});

export type CatalogueItemsQuery = z.infer<typeof catalogueItemsQuery>;
export type CatalogueItem = z.infer<typeof catalogueItem>;
export type CatalogueItemsReply = z.infer<typeof catalogueItemsReply>;
