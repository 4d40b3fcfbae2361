import type { Database, Queries } from '@lego-moc/postgres/database';
import { toFound, type Document } from '../../application/documents.ts';
import {
  CursorOfOtherIndex,
  type DocumentPage,
  type Position,
  type Search,
  type SearchIndex,
  type Spelling,
} from '../../application/ports/search-index.ts';
import type { FoundMoc } from '../../contracts/http-api.ts';
import { isRanked } from '../../domain/query.ts';
import { findBySpelling } from '../../application/find-by-spelling.ts';
import { partsSimilarity, SIMILARITY } from '../../application/similarity.ts';
import { countFacets } from './facets.ts';
import { amongCondition, filterConditions, VISIBLE } from './filters.ts';
import { popularityView, rowsOf } from './indexes.ts';
import { matchText } from './matching.ts';
import { findSimilarWords, NO_SIMILAR_WORDS, type SimilarWords } from './similar-words.ts';

/** How cursors name this index. */
const INDEX = 'postgresql';

type FoundRow = Document & { readonly id: string; readonly key: string };

/** In seconds: more than any age, so that the tier comes first and then the newer document. */
const TIER_WORTH = 10_000_000_000;

const sortKey = ({ sort, query }: Search, score: string): string => {
  if (sort === 'pieces') return 'total_pieces';
  if (sort === 'popularity') return `coalesce(popularity.tier, 0) * ${TIER_WORTH} + extract(epoch FROM created_at)`;
  return sort === 'newest' || !isRanked(query) ? 'extract(epoch FROM created_at)' : score;
};

const COLUMNS = `id, type, owner, status, title, description, theme, theme_key, tags, tag_keys, total_pieces, year,
  has_instructions, has_parts, created_at, published_at, avatar`;

const JOIN_POPULARITY = `LEFT JOIN (SELECT tier, unnest(moc_ids) AS moc_id FROM ${popularityView}) AS popularity
  ON popularity.moc_id = documents.id`;

const findRows = (db: Queries, search: Search, similarWords: SimilarWords): Promise<FoundRow[]> => {
  const { types, by, limit, after } = search;
  const text = matchText(search.query, similarWords);
  const filters = filterConditions(search);
  const conditions = [
    ...[VISIBLE, text.condition, ...amongCondition(search)],
    ...filters.map(({ condition }) => condition),
  ].join(' AND ');
  const documents =
    search.rankedMax === undefined
      ? `${rowsOf(types)} ${search.sort === 'popularity' ? JOIN_POPULARITY : ''} WHERE ${conditions}`
      : `(SELECT * FROM ${rowsOf(types)} WHERE ${conditions} LIMIT $<rankedMax>) AS documents`;
  return db.any<FoundRow>(
    `SELECT * FROM (
       SELECT ${COLUMNS}, (${sortKey(search, text.score)})::numeric(24, 6) AS key
       FROM ${documents}
     ) AS found
     ${after === undefined ? '' : 'WHERE (key, id) < ($<key>::numeric, $<id>)'}
     ORDER BY key DESC, id DESC
     LIMIT $<limit>`,
    Object.assign(
      { ...text.values, caller: by, limit: limit + 1, rankedMax: search.rankedMax, among: search.among, ...after },
      ...filters.map(({ values }) => values),
    ) as object,
  );
};

const pageOf = (rows: readonly FoundRow[], limit: number, spelling: Spelling): DocumentPage => {
  const page = rows.slice(0, limit);
  return {
    documents: page.map((row) => toFound(row.id, row)),
    spelling,
    hasMore: rows.length > limit,
    positions: page.map(({ key, id }) => ({ key, id, spelling, index: INDEX })),
  };
};

/** How many values of an array column are among those that are bound by its name. */
const sharedCount = (column: 'tag_keys' | 'parts'): string =>
  `cardinality(ARRAY(SELECT unnest(${column}) INTERSECT SELECT unnest($<${column}>::text[])))`;

const findSimilarMocs = async (
  db: Queries,
  id: string,
  caller: string,
  limit: number,
): Promise<readonly FoundMoc[] | undefined> => {
  const moc = await db.oneOrNone<Pick<Document, 'theme_key' | 'tag_keys' | 'parts'>>(
    `SELECT theme_key, tag_keys, parts FROM moc_index WHERE id = $<id> AND ${VISIBLE}`,
    { id, caller },
  );
  if (moc === null) return undefined;
  const rows = await db.any<FoundRow>(
    `SELECT ${COLUMNS} FROM (
       SELECT *, ${sharedCount('tag_keys')} AS tags_shared, ${sharedCount('parts')} AS parts_shared,
         theme_key = $<theme_key> AND theme_key <> '' AS is_theme_shared
       FROM moc_index
       WHERE status = 'published' AND id <> $<id>
         AND (tag_keys && $<tag_keys>::text[] OR parts && $<parts>::text[]
           OR (theme_key = $<theme_key> AND theme_key <> ''))
     ) AS candidates
     WHERE tags_shared > 0 OR is_theme_shared OR parts_shared >= $<sharedMin>
     ORDER BY ${SIMILARITY.tag} * tags_shared + ${SIMILARITY.theme} * is_theme_shared::integer
       + CASE WHEN parts_shared >= $<sharedMin> THEN $<weight> * parts_shared ELSE 0 END DESC, id DESC
     LIMIT $<limit>`,
    { ...moc, ...partsSimilarity(moc.parts), id, limit },
  );
  return rows.map((row) => toFound(row.id, row)) as FoundMoc[];
};

/** Whether this index has made the position: its keys are single numbers. */
const isOwnPosition = ({ index, key }: Position): boolean => index === INDEX && !key.includes(' ');

/** Full text and trigrams over the rows of `postgresProjections`. */
export const postgresSearchIndex = (db: Database): SearchIndex => {
  const similarWordsFor = (search: Search, spelling: Spelling): Promise<SimilarWords> =>
    spelling === 'as-spelt' ? Promise.resolve(NO_SIMILAR_WORDS) : findSimilarWords(db, search);

  const findPage = async (search: Search, spelling: Spelling): Promise<DocumentPage> => {
    const similarWords = await similarWordsFor(search, spelling);
    const page = pageOf(await findRows(db, search, similarWords), search.limit, spelling);
    return search.facets === undefined
      ? page
      : { ...page, facets: await countFacets(db, search, similarWords, search.facets) };
  };

  return {
    find: async (search) => {
      if (search.after !== undefined && !isOwnPosition(search.after)) throw new CursorOfOtherIndex();
      return findBySpelling(search, findPage);
    },
    similar: async (mocId, by, limit) => {
      const mocs = await findSimilarMocs(db, mocId, by, limit);
      return mocs === undefined ? undefined : { mocs };
    },
  };
};
