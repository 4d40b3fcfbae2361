import { z } from 'zod';

/** Longer queries are refused. */
export const QUERY_LENGTH_MAX = 200;

/** `GET /v1/search?…` */
export const searchQuery = z.object({
  /**
   * Words, each of which must occur: in the title, a tag, the theme or the description, from its beginning on, or, in
   * all but the description, misspelt. Without any, everything is found, newest first.
   */
  q: z.string().max(QUERY_LENGTH_MAX).default(''),
  type: z.enum(['moc']).default('moc'),
  /** `nextCursor` of the page before, for the same `q`. */
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type SearchQuery = z.infer<typeof searchQuery>;

export const foundMoc = z.object({
  type: z.literal('moc'),
  mocId: z.uuid(),
  owner: z.string(),
  title: z.string(),
  /** The beginning of the description. */
  description: z.string(),
  theme: z.string(),
  tags: z.array(z.string()),
  /** A draft is found by its owner only. */
  status: z.enum(['draft', 'published']),
  totalPieces: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  publishedAt: z.iso.datetime().nullable(),
});
export type FoundMoc = z.infer<typeof foundMoc>;

export const searchPage = z.object({
  /** Best first; equally good ones newest first. */
  items: z.array(foundMoc),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
});
export type SearchPage = z.infer<typeof searchPage>;
