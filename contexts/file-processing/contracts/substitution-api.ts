import { z } from 'zod';

/**
 * `GET /v1/substitutions?cursor=&limit=`, for services: what may stand in for what, by page. A relationship is its kind
 * (M mould, P print, A alternate) with the numbers of both parts; either may stand in for the other. `colours` are all of
 * the release, on every page. Pages of different `release`s do not belong together.
 */
export const substitutionsQuery = z.object({
  cursor: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(20_000).default(20_000),
});
export const substitutionsReply = z.object({
  release: z.string(),
  colours: z.array(z.object({ colourId: z.int(), name: z.string(), transparent: z.boolean() })),
  relationships: z.array(z.tuple([z.enum(['M', 'P', 'A']), z.string(), z.string()])),
  nextCursor: z.int().nullable(),
});
export type SubstitutionsQuery = z.infer<typeof substitutionsQuery>;
export type SubstitutionsReply = z.infer<typeof substitutionsReply>;
