import { failureOf, isIndexMissing, mapOpenSearchErrors, OpenSearchUnavailable } from '@lego-moc/opensearch/errors';
import { readAlias, type Place } from '@lego-moc/read-models/opensearch/generations';
import { BARE, toFound, type Document } from '../../application/documents.ts';
import {
  CursorOfOtherIndex,
  type DocumentPage,
  type Match,
  type Search,
  type SearchIndex,
  type Spelling,
} from '../../application/ports/search-index.ts';
import type { FoundMoc } from '../../contracts/http-api.ts';
import { findBySpelling } from '../../application/find-by-spelling.ts';
import { partsSimilarity, SIMILARITY } from '../../application/similarity.ts';
import { isRanked } from '../../domain/query.ts';
import { facetAggregations, facetCountsOf } from './facets.ts';
import { nameOf } from './indexes.ts';
import { byPopularity } from './popularity.ts';
import { filterClauses, PUBLISHED_FILTER, textClause, visibleTo, type Clause } from './matching.ts';

/** How cursors name this index. */
const INDEX = 'opensearch';

/** A search that takes longer is answered by another index in time. */
const SEARCH_TIMEOUT_MS = 250;

/** What is shown of a document. */
const SHOWN_FIELDS = [
  ...['id', 'type', 'owner', 'status', 'title', 'description', 'theme', 'tags', 'total_pieces', 'year'],
  ...['created_at', 'published_at', 'avatar'],
];
/** What makes MOCs similar. */
const SIMILARITY_FIELDS = ['theme_key', 'tag_keys', 'parts'];

type Row = Document & { readonly id: string };
type Hit = { readonly _source: Row; readonly sort: readonly (string | number)[] };
type Reply = { readonly hits: readonly Hit[]; readonly aggregations: Readonly<Record<string, unknown>> };

const sortFields = ({ sort, query }: Search): readonly string[] => {
  if (sort === 'pieces') return ['total_pieces'];
  if (sort === 'popularity') return ['_score', 'created_at'];
  return sort === 'newest' || !isRanked(query) ? ['created_at'] : ['_score'];
};

const matchClause = (match: Match, spelling: Spelling, filters: readonly Clause[]): Clause => ({
  bool: {
    must: [textClause(match.query, spelling)],
    filter: [{ terms: { type: [...match.types] } }, ...visibleTo(match), ...filters],
  },
});

const pageOf = ({ hits }: Reply, limit: number, spelling: Spelling): DocumentPage => {
  const page = hits.slice(0, limit);
  return {
    documents: page.map(({ _source }) => toFound(_source.id, _source)),
    spelling,
    hasMore: hits.length > limit,
    positions: page.map(({ sort, _source: { id } }) => ({
      key: sort.slice(0, -1).join(' '),
      id,
      spelling,
      index: INDEX,
    })),
  };
};

type Run = (types: Match['types'], body: Clause) => Promise<Reply>;

/** An index that somebody deleted is built anew by itself. */
const refuseMissingIndex = (error: unknown): never => {
  const failure = failureOf(error);
  throw failure !== undefined && isIndexMissing(failure) ? new OpenSearchUnavailable(failure.reason) : error;
};

/** Throws `OpenSearchUnavailable` also when a shard does not answer: a part of the results would look like all of them. */
const createRun =
  (place: Place, timeoutMs: number): Run =>
  async (types, body) => {
    const index = [...new Set(types.map((type) => readAlias(place, nameOf(type))))];
    const request = place.client.search(
      { index, body: { track_total_hits: false, _source: SHOWN_FIELDS, ...body }, allow_partial_search_results: false },
      { requestTimeout: timeoutMs },
    );
    const { body: reply } = await mapOpenSearchErrors(request).catch(refuseMissingIndex);
    const hits = reply.hits.hits as unknown as readonly Hit[];
    return {
      // Documents of another release lack what it did not know, until they are rebuilt.
      hits: hits.map((hit) => ({ ...hit, _source: { ...BARE, ...hit._source } })),
      aggregations: (reply.aggregations ?? {}) as unknown as Reply['aggregations'],
    };
  };

const worth = (filter: Clause, boost: number): Clause => ({ constant_score: { filter, boost } });

/** MOCs that have enough of these parts; each counts. */
const sharedParts = (parts: readonly string[]): Clause => {
  const { weight, sharedMin } = partsSimilarity(parts);
  const should = parts.map((part) => worth({ term: { parts: part } }, weight));
  return { bool: { should, minimum_should_match: sharedMin } };
};

const findSimilarMocs = async (
  run: Run,
  mocId: string,
  by: Match['by'],
  limit: number,
): Promise<readonly FoundMoc[] | undefined> => {
  const filter = [...visibleTo({ by }), { term: { id: mocId } }];
  const moc = (await run(['moc'], { query: { bool: { filter } }, size: 1, _source: SIMILARITY_FIELDS })).hits[0]
    ?._source;
  if (moc === undefined) return undefined;
  const should = [
    ...moc.tag_keys.map((tag) => worth({ term: { tag_keys: tag } }, SIMILARITY.tag)),
    ...(moc.theme_key === '' ? [] : [worth({ term: { theme_key: moc.theme_key } }, SIMILARITY.theme)]),
    ...(moc.parts.length === 0 ? [] : [sharedParts(moc.parts)]),
  ];
  if (should.length === 0) return [];
  const bool = {
    ...{ should, minimum_should_match: 1 },
    ...{ filter: [{ term: { gone: false } }, PUBLISHED_FILTER], must_not: [{ term: { id: mocId } }] },
  };
  const { hits } = await run(['moc'], { query: { bool }, sort: [{ _score: 'desc' }, { id: 'desc' }], size: limit });
  return hits.map(({ _source }) => toFound(_source.id, _source) as FoundMoc);
};

/** Whether this index has made the position, if there is one, for a search that is sorted alike. */
const isContinuable = (search: Search): boolean => {
  const { after } = search;
  return after === undefined || (after.index === INDEX && after.key.split(' ').length === sortFields(search).length);
};

/** Searches the rows of `openSearchProjections`. Throws `OpenSearchUnavailable`. */
export const openSearchSearchIndex = (
  place: Place,
  { timeoutMs = SEARCH_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): SearchIndex => {
  const run = createRun(place, timeoutMs);

  const findPage = async (search: Search, spelling: Spelling): Promise<DocumentPage> => {
    const { types, limit, after, facets, rankedMax, among } = search;
    const filters = filterClauses(search.query).map(({ clause }) => clause);
    const hasFacets = facets !== undefined;
    // Facets count without their own filters, so that these only apply to the page.
    const amongIds = among === undefined ? [] : [{ terms: { id: [...among] } }];
    const match = matchClause(search, spelling, [...amongIds, ...(hasFacets ? [] : filters)]);
    const reply = await run(types, {
      query: search.sort === 'popularity' ? byPopularity(place, match) : match,
      sort: [...sortFields(search), 'id'].map((field) => ({ [field]: 'desc' })),
      size: limit + 1,
      ...(hasFacets
        ? { post_filter: { bool: { filter: filters } }, aggs: facetAggregations(search.query, facets) }
        : {}),
      ...(rankedMax === undefined ? {} : { terminate_after: rankedMax }),
      ...(after === undefined ? {} : { search_after: [...after.key.split(' ').map(Number), after.id] }),
    });
    const page = pageOf(reply, limit, spelling);
    return hasFacets ? { ...page, facets: facetCountsOf(reply.aggregations) } : page;
  };

  return {
    find: async (search) => {
      if (!isContinuable(search)) throw new CursorOfOtherIndex();
      return findBySpelling(search, findPage);
    },
    similar: async (mocId, by, limit) => {
      const mocs = await findSimilarMocs(run, mocId, by, limit);
      return mocs === undefined ? undefined : { mocs };
    },
  };
};
