import { z } from 'zod';
import { publicProfile } from '@lego-moc/profile/contracts/http-api';

/** Longer queries are refused. */
export const QUERY_LENGTH_MAX = 200;

/**
 * The kinds of documents. Wishes are found by their owner only; sets and parts are those of the catalogue, builders are
 * public profiles.
 */
export const DOCUMENT_TYPES = ['moc', 'image', 'album', 'wish', 'set', 'part', 'builder'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/**
 * The facets that results can be counted by. `pieces` counts ranges, `has` instructions and counted parts, `colour` the
 * colours of most pieces of the counted parts.
 */
export const FACETS = ['theme', 'tag', 'colour', 'by', 'year', 'pieces', 'has'] as const;
export type FacetName = (typeof FACETS)[number];

/** Several of these, separated by commas, each once; `aliases` are other names of some. */
const listOf = <Value extends string>(
  values: readonly [Value, ...Value[]],
  aliases: ReadonlyMap<string, Value> = new Map<string, Value>(),
) =>
  z
    .string()
    .max(100)
    .transform((text, context): Value[] => {
      const names = text.split(',').map((name) => aliases.get(name) ?? name);
      const { data } = z.array(z.enum(values)).safeParse([...new Set(names)]);
      if (data !== undefined) return data;
      context.addIssue({ code: 'custom', message: `Some of ${values.join(', ')}, separated by commas` });
      return z.NEVER;
    });

const query = z.string().max(QUERY_LENGTH_MAX);

/** `GET /v1/search?…` */
export const searchQuery = z.object({
  /**
   * Words, each of which must occur: in the title, a tag, the theme or the description, from its beginning on, or, in
   * all but the description, misspelt. `"words in a row"`, `-excluded`, and filters: `theme:city`, `tag:crane`, `colour:"dark red"`, `by:me`,
   * `pieces:500..2000`, `year:2026`, `has:instructions`, `has:parts`. Without any, everything is found, newest first.
   */
  q: query.default('').meta({ examples: ['crane theme:city pieces:500..2000'] }),
  /** Kinds of documents, separated by commas; `wishlist` is another name of `wish`. */
  type: listOf(DOCUMENT_TYPES, new Map([['wishlist', 'wish']])).default(['moc']),
  /**
   * `popularity` puts MOCs that more users like or bookmark first, in steps of half as many again, and the newer ones first
   * within a step; all else comes after them.
   */
  sort: z.enum(['relevance', 'newest', 'pieces', 'popularity']).default('relevance'),
  /** Counts the results by these, each without regard to its own filter. */
  facets: listOf(FACETS).optional(),
  /**
   * `<id>:<revision>` of a document that was changed elsewhere: the search waits for a second until that revision is
   * indexed, and is refused with 503 when it is not.
   */
  atLeastRevision: z
    .string()
    .regex(/^[\da-f-]{36}:\d{1,18}$/u, 'the id of a document, a colon and a revision')
    .transform((text) => ({ id: text.slice(0, 36), revision: BigInt(text.slice(37)) }))
    .optional(),
  /**
   * Only MOCs that the caller can build to so many percent of their pieces from the own inventory; for `type=moc`. A page
   * may then have fewer results than `limit`, or none, and still a `nextCursor`.
   */
  buildable: z.coerce.number().int().min(1).max(100).optional(),
  /** `nextCursor` of the page before, for the same search. */
  cursor: z.string().max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type SearchQuery = z.infer<typeof searchQuery>;
export type Sort = SearchQuery['sort'];

/** Places of a text where words of the query stand: from `start` to before `end`, in UTF-16 units. */
const marks = z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]));
const highlights = z.object({ title: marks, description: marks }).optional();

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
  /** How much of its pieces the caller can build; with `buildable` only. */
  buildablePercentage: z.int().min(0).max(100).optional(),
  highlights,
});
export type FoundMoc = z.infer<typeof foundMoc>;

export const foundWish = z.object({
  type: z.literal('wish'),
  itemId: z.uuid(),
  owner: z.string(),
  title: z.string(),
  /** The beginning of the description. */
  description: z.string(),
  category: z.string(),
  changedAt: z.iso.datetime(),
  highlights,
});
export type FoundWish = z.infer<typeof foundWish>;

const galleryItem = {
  owner: z.string(),
  title: z.string(),
  /** The beginning of the description. */
  description: z.string(),
  /** What is private, unlisted or hidden by moderation is found by its owner only. */
  isPublic: z.boolean(),
  createdAt: z.iso.datetime(),
  highlights,
};

export const foundImage = z.object({
  type: z.literal('image'),
  imageId: z.uuid(),
  tags: z.array(z.string()),
  ...galleryItem,
});
export const foundAlbum = z.object({ type: z.literal('album'), albumId: z.uuid(), ...galleryItem });

/** A set under Rebrickable's number, which ends in its edition. `theme` is the outermost one, `subthemes` are within it. */
export const foundSet = z.object({
  type: z.literal('set'),
  setNumber: z.string(),
  title: z.string(),
  theme: z.string(),
  subthemes: z.array(z.string()),
  year: z.int().nullable(),
  /** Null where the catalogue counts none. */
  pieces: z.int().positive().nullable(),
  highlights,
});

/** A part under Rebrickable's number. */
export const foundPart = z.object({
  ...{ type: z.literal('part'), partNumber: z.string(), title: z.string(), category: z.string() },
  highlights,
});

/** A user by name and bio. */
export const foundBuilder = z.object({
  type: z.literal('builder'),
  userId: z.string(),
  /** The name that the user shows. */
  title: z.string(),
  /** The beginning of the bio. */
  description: z.string(),
  /** Paths at the gateway, as the public profile has them. */
  avatar: publicProfile.shape.avatar,
  createdAt: z.iso.datetime(),
  highlights,
});

export const foundDocument = z.discriminatedUnion('type', [
  foundMoc,
  foundImage,
  foundAlbum,
  foundWish,
  foundSet,
  foundPart,
  foundBuilder,
]);
export type FoundDocument = z.infer<typeof foundDocument>;

/** A value of a facet as a filter takes it, and how many results have it: the most frequent first, at most 20. */
export const facetValue = z.object({ value: z.string(), count: z.int().positive() });
export const facetCounts = z.partialRecord(z.enum(FACETS), z.array(facetValue));
export type FacetCounts = z.infer<typeof facetCounts>;

/** The full index does not answer and a simpler one does, or a filter cannot be applied. */
const degradation = {
  degraded: z.literal(true).optional(),
  degradedReason: z.enum(['index-unavailable', 'index-behind', 'index-building', 'inventory-unavailable']).optional(),
};

export const searchPage = z.object({
  /** Names this search when opened results are reported; absent when it is not recorded. */
  queryId: z.uuid().optional(),
  /** In the order asked for; equally good ones newest first. */
  items: z.array(foundDocument),
  facets: facetCounts.optional(),
  /** With `buildable`, the facets count the first 300 MOCs that match: more are not checked. */
  facetsPartial: z.literal(true).optional(),
  /** The same query with its misspelt words corrected. */
  didYouMean: z.string().optional(),
  /** Filters that the results do not respect, since the service that knows does not answer. */
  unappliedFilters: z.array(z.enum(['buildable'])).optional(),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
  ...degradation,
});
export type SearchPage = z.infer<typeof searchPage>;

/** `GET /v1/search/suggestions?q=…` while somebody types. */
export const suggestionQuery = z.object({
  q: query.meta({ examples: ['cra'] }),
  limit: z.coerce.number().int().min(1).max(20).default(8),
});

/**
 * `text` is what to search for. Of a set or part it is the number, and `name` says which that is; of a builder it is the
 * name, and `userId` leads to the profile.
 */
export const suggestion = z.object({
  kind: z.enum(['title', 'theme', 'tag', 'query', 'set', 'part', 'builder']),
  text: z.string(),
  name: z.string().optional(),
  userId: z.string().optional(),
});
export type Suggestion = z.infer<typeof suggestion>;

export const suggestions = z.object({ suggestions: z.array(suggestion), ...degradation });
export type Suggestions = z.infer<typeof suggestions>;

/** `GET /v1/search/mocs/:mocId/similar` */
export const similarQuery = z.object({ limit: z.coerce.number().int().min(1).max(20).default(6) });
export const similarMocs = z.object({ items: z.array(foundMoc), ...degradation });
export type SimilarMocs = z.infer<typeof similarMocs>;
