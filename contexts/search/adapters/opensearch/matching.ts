import type { Match, Spelling } from '../../application/ports/search-index.ts';
import type { FacetName } from '../../contracts/http-api.ts';
import { exactNameIn, type Query } from '../../domain/query.ts';
import { typosAllowed } from '../../domain/spelling.ts';
import type { Term } from '../../domain/synonyms.ts';

/** A query in OpenSearch's own language. Words are only ever values in it. */
export type Clause = Readonly<Record<string, unknown>>;

/**
 * The weights of a word by the way it matches. The scores depend on nothing but the document, so pages do not shift
 * when others come. A whole word ranks before its beginning, this before its stem, and a similar word before one in the
 * description.
 */
const WORTH = [
  { field: 'title', whole: 1.5, beginning: 1, stem: 0.9, similar: 0.2 },
  { field: 'labels', whole: 0.6, beginning: 0.4, stem: 0.35, similar: 0.15 },
  { field: 'body', whole: 0.02, beginning: 0.01, stem: 0.005, similar: undefined },
] as const;
const FIELDS = WORTH.map(({ field }) => field);

/** A synonym is worth a little less than the word itself. */
const SYNONYM_WORTH = 0.9;
/** More than any words add up to: an exact name or number comes first, and one in full before a short one. */
const EXACT_WORTH = 100;
const SHORT_WORTH = 50;
const PHRASE_WORTH = { title: 2, labels: 1, body: 0.05 } as const;

/** None, one and two wrong letters in words from 1, 4 and 8 letters on. */
const FUZZINESS = 'AUTO:4,8';
const EXPANSIONS_MAX = 50;

const constant = (filter: Clause, boost: number): Clause => ({ constant_score: { filter, boost } });
const best = (queries: readonly Clause[], tie_breaker = 0): Clause => ({ dis_max: { queries, tie_breaker } });
const allOf = (must: readonly Clause[]): Clause => ({ bool: { must } });

const match = (field: string, query: string, options: Clause = {}): Clause => ({
  match: { [field]: { query, operator: 'and', ...options } },
});
const beginning = (field: string, query: string): Clause => ({
  match_bool_prefix: { [field]: { query, operator: 'and' } },
});
const similar = (field: string, word: string): Clause =>
  match(field, word, { fuzziness: FUZZINESS, max_expansions: EXPANSIONS_MAX });

/** A word that is in a tag as well is worth a little more than in the title alone. */
const OTHER_FIELDS = 0.1;

const wordClause = (word: string, spelling: Spelling): Clause =>
  best(
    WORTH.map(({ field, ...worth }) =>
      best([
        constant(match(field, word), worth.whole),
        constant(beginning(field, word), worth.beginning),
        constant(match(`${field}.stem`, word), worth.stem),
        ...(spelling === 'as-spelt' || worth.similar === undefined || typosAllowed(word) === 0
          ? []
          : [constant(similar(field, word), worth.similar)]),
      ]),
    ),
    OTHER_FIELDS,
  );

const synonymClause = (word: string): Clause =>
  best(WORTH.map(({ field, whole }) => constant(match(field, word), whole * SYNONYM_WORTH)));

const termClause = ({ words, synonyms }: Term, spelling: Spelling): Clause =>
  best([
    allOf(words.map((word) => wordClause(word, spelling))),
    ...synonyms.map((synonym) => allOf(synonym.map(synonymClause))),
  ]);

const phrase = (field: string, words: readonly string[]): Clause => ({ match_phrase: { [field]: words.join(' ') } });

const phraseClause = (words: readonly string[]): Clause =>
  best(Object.entries(PHRASE_WORTH).map(([field, worth]) => constant(phrase(field, words), worth)));

const anywhere = (words: readonly string[]): Clause => ({
  bool: { should: FIELDS.map((field) => phrase(field, words)), minimum_should_match: 1 },
});

const nameClause = (name: string): Clause =>
  best([constant({ term: { exact_keys: name } }, EXACT_WORTH), constant({ term: { short_keys: name } }, SHORT_WORTH)]);

/** The query clauses of the words, with scores. */
export const textClause = (query: Query, spelling: Spelling): Clause => {
  const { terms, phrases, without } = query;
  const name = exactNameIn(query);
  return {
    bool: {
      must: [...terms.map((term) => termClause(term, spelling)), ...phrases.map(phraseClause)],
      should: name === undefined ? [] : [nameClause(name)],
      must_not: without.map(anywhere),
    },
  };
};

const rangeClause = (field: string, { from, to }: { readonly from: number; readonly to: number }): Clause => ({
  range: { [field]: { gte: from, lte: to } },
});

type FilterClause = { readonly facet: FacetName; readonly clause: Clause };

/** The query clauses of the filters, each by its facet. */
export const filterClauses = ({
  filters: { theme, tag, colour, by, pieces, year, has },
}: Query): readonly FilterClause[] => [
  ...(theme === undefined ? [] : [{ facet: 'theme' as const, clause: { term: { theme_key: theme } } }]),
  ...(tag === undefined ? [] : [{ facet: 'tag' as const, clause: { term: { tag_keys: tag } } }]),
  ...(colour === undefined ? [] : [{ facet: 'colour' as const, clause: { term: { colour_keys: colour } } }]),
  ...(by === undefined ? [] : [{ facet: 'by' as const, clause: { term: { owner: by } } }]),
  ...(pieces === undefined ? [] : [{ facet: 'pieces' as const, clause: rangeClause('total_pieces', pieces) }]),
  ...(year === undefined ? [] : [{ facet: 'year' as const, clause: rangeClause('year', year) }]),
  ...(has === undefined ? [] : [{ facet: 'has' as const, clause: { term: { [`has_${has}`]: true } } }]),
];

export const PUBLISHED_FILTER: Clause = { term: { status: 'published' } };

/** The documents that the caller may see. */
export const visibleTo = ({ by }: Pick<Match, 'by'>): readonly Clause[] => [
  { term: { gone: false } },
  { bool: { should: [PUBLISHED_FILTER, { term: { owner: by } }], minimum_should_match: 1 } },
];
