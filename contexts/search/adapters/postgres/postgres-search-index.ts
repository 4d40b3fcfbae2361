import type { Database } from '@lego-moc/postgres/database';
import type { FoundMoc } from '../../contracts/http-api.ts';
import type { Search, SearchIndex } from '../../application/ports/search-index.ts';
import type { MocRow } from './moc-document.ts';

/** Half of the trigrams of a longer word survive one mistyped letter, two fifths a swapped pair. */
const SIMILARITY_MIN = '0.4';

/** Of shorter words too many others look alike. */
const MISSPELT_LENGTH_MIN = 4;

/** A word found in the description, in tags or theme, in the title: `ts_rank` takes D, C, B, A. */
const WEIGHTS = '{0, 0.1, 0.4, 1}';

/** Below a word in a tag, above one in the description. */
const MISSPELT_WEIGHT = 0.2;

type Parameter = { readonly match: string; readonly score: string };

/** How one word matches, and how well. `$<prefixN>` and `$<wordN>` are bound; no word becomes part of the statement. */
const wordSql = (word: string, index: number): Parameter => {
  const document = 'document::tsvector';
  const prefix = `$<prefix${index}>::tsquery`;
  const exact = `$<exact${index}>::tsquery`;
  const rank = `ts_rank('${WEIGHTS}', ${document}, ${prefix}) + ts_rank('${WEIGHTS}', ${document}, ${exact}) / 2`;
  if (word.length < MISSPELT_LENGTH_MIN) return { match: `${document} @@ ${prefix}`, score: rank };
  return {
    match: `(${document} @@ ${prefix} OR $<word${index}> <% names)`,
    score: `CASE WHEN ${document} @@ ${prefix} THEN ${rank} ELSE word_similarity($<word${index}>, names) * ${MISSPELT_WEIGHT} END`,
  };
};

const parametersFor = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    words.flatMap((word, index) => [
      [`prefix${index}`, `'${word}':*`],
      [`exact${index}`, `'${word}'`],
      [`word${index}`, word],
    ]),
  );

const statement = ({ words, after }: Search): string => {
  const parts = words.map(wordSql);
  const matches = parts.map(({ match }) => `AND ${match}`).join('\n      ');
  const score = parts.map(({ score: one }) => `(${one})`).join(' + ');
  return `
    SELECT * FROM (
      SELECT id, owner, status, title, description, theme, tags, total_pieces, created_at, published_at,
             (${score === '' ? '0' : score})::numeric(12, 6) AS score
      FROM moc_index
      WHERE (status = 'published' OR owner = $<by>)
      ${matches}
    ) AS found
    ${after === undefined ? '' : 'WHERE (score, id) < ($<score>::numeric, $<mocId>)'}
    ORDER BY score DESC, id DESC
    LIMIT $<limit>`;
};

type FoundRow = Omit<MocRow, 'document' | 'names'> & { readonly id: string; readonly score: string };

const shown = ({ id, total_pieces, created_at, published_at, ...row }: FoundRow): FoundMoc => ({
  type: 'moc',
  mocId: id,
  owner: row.owner,
  title: row.title,
  description: row.description,
  theme: row.theme,
  tags: [...row.tags],
  status: row.status,
  totalPieces: total_pieces,
  createdAt: created_at,
  publishedAt: published_at,
});

/** Full text and trigrams over the rows of the projection `moc-index`. */
export const postgresSearchIndex = (db: Database): SearchIndex => ({
  find: async (search) => {
    const { words, by, limit, after } = search;
    const values = { ...parametersFor(words), by, limit: limit + 1, ...after };
    const rows = await db.tx(async (transaction) => {
      await transaction.one(`SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)`, [SIMILARITY_MIN]);
      return transaction.any<FoundRow>(statement(search), values);
    });
    const page = rows.slice(0, limit);
    const end = page.at(-1);
    return {
      mocs: page.map(shown),
      hasMore: rows.length > limit,
      ...(end === undefined ? {} : { last: { score: end.score, mocId: end.id } }),
    };
  },
});
