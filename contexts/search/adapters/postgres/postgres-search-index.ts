import type { Database, Queries } from '@lego-moc/postgres/database';
import type { Found, Position, Search, SearchIndex } from '../../application/ports/search-index.ts';
import type { FoundMoc } from '../../contracts/http-api.ts';
import type { MocRow } from './moc-document.ts';

/** Half of the trigrams of a longer word survive one mistyped letter, two fifths a swapped pair. */
const SIMILARITY_MIN = '0.4';

/** Too many words are similar to shorter ones. */
const MISSPELT_LENGTH_MIN = 4;

/** Weight of a word in D, C, B (tags and theme) and A (the title): `ts_rank` takes all four. */
const WEIGHTS = '{0, 0, 0.4, 1}';

/** Weight of a word that is only similar: less than the word itself in a tag (0.24), more than in a description (0). */
const MISSPELT_WEIGHT = 0.2;

/** Condition and score in SQL. The words of a search are bound as values and never become part of it. */
type Matching = {
  readonly condition: string;
  readonly score: string;
  readonly values: Readonly<Record<string, string>>;
};

const MATCH_ALL: Matching = { condition: 'true', score: 'extract(epoch FROM created_at)', values: {} };

const rank = (prefix: string, exact: string): string =>
  `ts_rank('${WEIGHTS}', heading, $<${prefix}>::tsquery) + ts_rank('${WEIGHTS}', heading, $<${exact}>::tsquery) / 2`;

/** All words as they are spelt: one lookup in one index. */
const matchExact = (words: readonly string[]): Matching => ({
  condition: 'document @@ $<all>::tsquery',
  score: rank('prefixes', 'wholes'),
  values: {
    all: words.map((word) => `'${word}':*`).join(' & '),
    prefixes: words.map((word) => `'${word}':*`).join(' | '),
    wholes: words.map((word) => `'${word}'`).join(' | '),
  },
});

const matchSimilarWord = (word: string, index: number): Matching => {
  const [prefix, whole, like] = [`prefix${index}`, `whole${index}`, `like${index}`] as const;
  const spelt = `document @@ $<${prefix}>::tsquery`;
  const values = { [prefix]: `'${word}':*`, [whole]: `'${word}'`, [like]: word };
  if (word.length < MISSPELT_LENGTH_MIN) return { condition: spelt, score: rank(prefix, whole), values };
  return {
    condition: `(${spelt} OR $<${like}> <% names)`,
    score: `CASE WHEN ${spelt} THEN ${rank(prefix, whole)}
                 ELSE word_similarity($<${like}>, names) * ${MISSPELT_WEIGHT} END`,
    values,
  };
};

/** Each word as it is spelt, or a similar one. */
const matchSimilar = (words: readonly string[]): Matching => {
  const conditions = words.map(matchSimilarWord);
  return {
    condition: conditions.map(({ condition }) => condition).join(' AND '),
    score: conditions.map(({ score }) => `(${score})`).join(' + '),
    values: Object.assign({}, ...conditions.map(({ values }) => values)) as Record<string, string>,
  };
};

const statement = ({ condition, score }: Matching, after: Position | undefined): string => `
  SELECT * FROM (
    SELECT id, owner, status, title, description, theme, tags, total_pieces, created_at, published_at,
           (${score})::numeric(18, 6) AS score
    FROM moc_index
    WHERE (status = 'published' OR owner = $<by>) AND ${condition}
  ) AS found
  ${after === undefined ? '' : 'WHERE (score, id) < ($<score>::numeric, $<mocId>)'}
  ORDER BY score DESC, id DESC
  LIMIT $<limit>`;

type FoundRow = Omit<MocRow, 'document' | 'heading' | 'names'> & { readonly id: string; readonly score: string };

const toReply = ({ id, total_pieces, created_at, published_at, ...row }: FoundRow): FoundMoc => ({
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

const pageOf = (rows: readonly FoundRow[], limit: number, spelling: Position['spelling']): Found => {
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  return {
    mocs: page.map(toReply),
    hasMore: rows.length > limit,
    ...(end === undefined ? {} : { last: { score: end.score, mocId: end.id, spelling } }),
  };
};

/** Full text and trigrams over the rows of the projection `moc-index`. */
export const postgresSearchIndex = (db: Database): SearchIndex => {
  const find = (queries: Queries, matching: Matching, { by, limit, after }: Search): Promise<FoundRow[]> =>
    queries.any<FoundRow>(statement(matching, after), { ...matching.values, by, limit: limit + 1, ...after });

  const findSimilar = (search: Search): Promise<FoundRow[]> =>
    db.tx(async (transaction) => {
      await transaction.one(`SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)`, [SIMILARITY_MIN]);
      return find(transaction, matchSimilar(search.words), search);
    });

  return {
    find: async (search) => {
      const { words, limit, after } = search;
      if (after?.spelling === 'alike') return pageOf(await findSimilar(search), limit, 'alike');
      const rows = await find(db, words.length === 0 ? MATCH_ALL : matchExact(words), search);
      const enough = rows.length >= limit || words.length === 0 || after !== undefined;
      return enough ? pageOf(rows, limit, 'as-spelt') : pageOf(await findSimilar(search), limit, 'alike');
    },
  };
};
