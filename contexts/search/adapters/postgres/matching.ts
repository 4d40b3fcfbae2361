import type { Spelling } from '../../application/ports/search-index.ts';
import { exactNameIn, type Query } from '../../domain/query.ts';
import { typosAllowed } from '../../domain/spelling.ts';
import type { Term } from '../../domain/synonyms.ts';

/** Half of the trigrams of a longer word survive one mistyped letter, two fifths a swapped pair. */
export const SIMILARITY_MIN = '0.4';

/** Weight of a word in D, C, B (tags and theme) and A (the title): `ts_rank` takes all four. */
const WEIGHTS = '{0, 0, 0.4, 1}';

/** Weight of a word that is only similar: less than the word itself in a tag (0.24), more than in a description (0). */
const MISSPELT_WEIGHT = 0.2;

/** More than any words add up to: an exact name or number comes first, and one in full before a short one. */
const EXACT_WEIGHT = 100;
const SHORT_WEIGHT = 50;

/** Condition and score in SQL. The words of a search are bound as values and never become part of it. */
export type Matching = {
  readonly condition: string;
  readonly score: string;
  readonly values: Readonly<Record<string, string>>;
};

/** The commonest English plurals, which do not begin with their singular's search: all that PostgreSQL stems here. */
const singularsOf = (word: string): readonly string[] => {
  if (word.length < 4 || !word.endsWith('s') || word.endsWith('ss')) return [];
  if (word.endsWith('ies')) return [`${word.slice(0, -3)}y`];
  return /(?:[sxz]|ch|sh)es$/u.test(word) ? [word.slice(0, -2)] : [word.slice(0, -1)];
};

/** Words are letters and digits, so nothing needs escaping. */
const anyBeginning = (word: string): string =>
  `('${[`${word}':*`, ...singularsOf(word).map((singular) => `${singular}'`)].join(" | '")})`;
const phraseOf = (words: readonly string[]): string => `(${words.map((word) => `'${word}'`).join(' <-> ')})`;
const all = (words: readonly string[]): string => `(${words.map((word) => `'${word}'`).join(' & ')})`;

const synonymsOf = ({ synonyms }: Term): readonly string[] => synonyms.map(all);

const rank = (beginnings: string, wholes: string): string =>
  `ts_rank('${WEIGHTS}', heading, $<${beginnings}>::tsquery) + ts_rank('${WEIGHTS}', heading, $<${wholes}>::tsquery) / 2`;

/** All terms as they are spelt: one lookup in one index. */
const matchExact = (terms: readonly Term[]): Matching => {
  const beginnings = terms.map(
    (term) => `(${[term.words.map(anyBeginning).join(' & '), ...synonymsOf(term)].join(' | ')})`,
  );
  const alternatives = terms.flatMap((term) => [...term.words.map(anyBeginning), ...synonymsOf(term)]);
  const wholes = terms.flatMap((term) => [...term.words.map((word) => `'${word}'`), ...synonymsOf(term)]);
  return {
    condition: 'document @@ $<all>::tsquery',
    score: rank('beginnings', 'wholes'),
    values: { all: beginnings.join(' & '), beginnings: alternatives.join(' | '), wholes: wholes.join(' | ') },
  };
};

const matchSimilarWord = (word: string, name: string): Matching => {
  const [beginning, whole, like] = [`beginning${name}`, `whole${name}`, `like${name}`] as const;
  const spelt = `document @@ $<${beginning}>::tsquery`;
  const values = { [beginning]: anyBeginning(word), [whole]: `'${word}'`, [like]: word };
  if (typosAllowed(word) === 0) return { condition: spelt, score: rank(beginning, whole), values };
  return {
    condition: `(${spelt} OR $<${like}> <% names)`,
    score: `CASE WHEN ${spelt} THEN ${rank(beginning, whole)}
                 ELSE word_similarity($<${like}>, names) * ${MISSPELT_WEIGHT} END`,
    values,
  };
};

const join = (matchings: readonly Matching[], operator: 'AND' | 'OR'): Matching => ({
  condition: `(${matchings.map(({ condition }) => condition).join(` ${operator} `)})`,
  score: matchings.map(({ score }) => `(${score})`).join(' + '),
  values: Object.assign({}, ...matchings.map(({ values }) => values)) as Record<string, string>,
});

/** Each word as it is spelt, or a similar one; or a synonym as it is spelt. */
const matchSimilar = (terms: readonly Term[]): Matching =>
  join(
    terms.map((term, index) => {
      const words = join(
        term.words.map((word, place) => matchSimilarWord(word, `${index}_${place}`)),
        'AND',
      );
      if (term.synonyms.length === 0) return words;
      const synonyms = `synonyms${index}`;
      const other: Matching = {
        condition: `document @@ $<${synonyms}>::tsquery`,
        score: `ts_rank('${WEIGHTS}', heading, $<${synonyms}>::tsquery)`,
        values: { [synonyms]: synonymsOf(term).join(' | ') },
      };
      return join([words, other], 'OR');
    }),
    'AND',
  );

const matchPhrases = (phrases: Query['phrases']): readonly Matching[] =>
  phrases.map((words, index) => ({
    condition: `heading @@ $<phrase${index}>::tsquery`,
    score: `ts_rank('${WEIGHTS}', heading, $<phrase${index}>::tsquery)`,
    values: { [`phrase${index}`]: phraseOf(words) },
  }));

const matchWithout = (without: Query['without']): readonly Matching[] =>
  without.map((words, index) => ({
    condition: `NOT ${words.length === 1 ? 'document' : 'heading'} @@ $<without${index}>::tsquery`,
    score: '0',
    values: { [`without${index}`]: phraseOf(words) },
  }));

const matchName = (name: string): Matching => ({
  condition: 'true',
  score: `CASE WHEN exact_keys @> ARRAY[$<name>] THEN ${EXACT_WEIGHT}
               WHEN short_keys @> ARRAY[$<name>] THEN ${SHORT_WEIGHT} ELSE 0 END`,
  values: { name },
});

/** The condition of a query's words on a row, and the row's score. */
export const matchText = (query: Query, spelling: Spelling): Matching => {
  const { terms, phrases, without } = query;
  const name = exactNameIn(query);
  const words = terms.length === 0 ? [] : [spelling === 'alike' ? matchSimilar(terms) : matchExact(terms)];
  const names = name === undefined ? [] : [matchName(name)];
  const matchings = [...words, ...names, ...matchPhrases(phrases), ...matchWithout(without)];
  return matchings.length === 0 ? { condition: 'true', score: '0', values: {} } : join(matchings, 'AND');
};
