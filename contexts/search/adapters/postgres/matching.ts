import { exactNameIn, type Query } from '../../domain/query.ts';
import type { Term } from '../../domain/synonyms.ts';
import type { SimilarWords } from './similar-words.ts';

/**
 * What a word adds to the score by where it is: in the title (weight A of `heading`) or in tags and theme (B). All that
 * tags and theme add up to is less than one title adds, and all similar words less than one that is spelt right.
 */
const WORTH = [
  { weight: 'A', whole: 1.5, beginning: 1, synonym: 1.35, similar: 0.03, phrase: 2 },
  { weight: 'B', whole: 0.06, beginning: 0.04, synonym: 0.05, similar: 0.02, phrase: 0.1 },
] as const;
type Weight = (typeof WORTH)[number]['weight'];

/** More than any words add up to: an exact name or number comes first, and one in full before a short one. */
const EXACT_WORTH = 100;
const SHORT_WORTH = 50;

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

/** A part of a `tsquery` for any place, or one that has a weight. */
type Part = (weight?: Weight) => string;

/** Words are letters and digits, so nothing needs escaping. */
const lexeme =
  (word: string, isBeginning = false): Part =>
  (weight) => {
    const flags = `${isBeginning ? '*' : ''}${weight ?? ''}`;
    return flags === '' ? `'${word}'` : `'${word}':${flags}`;
  };

const joinParts =
  (parts: readonly Part[], operator: '&' | '|' | '<->'): Part =>
  (weight) =>
    `(${parts.map((part) => part(weight)).join(` ${operator} `)})`;
const wordsPart = (words: readonly string[], operator: '&' | '|' | '<->'): Part =>
  joinParts(
    words.map((word) => lexeme(word)),
    operator,
  );

const anyBeginning = (word: string): Part =>
  joinParts([lexeme(word, true), ...singularsOf(word).map((singular) => lexeme(singular))], '|');

type Grade = Exclude<keyof (typeof WORTH)[number], 'weight'>;

/** The score of the best grade whose part is in `heading`, for each weight. The parts are bound by `name`. */
const gradedScore = (name: string, parts: Partial<Readonly<Record<Grade, Part>>>): Omit<Matching, 'condition'> => {
  const grades = Object.entries(parts) as readonly [Grade, Part][];
  const keyOf = (grade: Grade, weight: Weight): string => `${name}_${grade}_${weight}`;
  return {
    score: WORTH.map(({ weight, ...worth }) => {
      const cases = grades.map(([grade]) => `WHEN heading @@ $<${keyOf(grade, weight)}>::tsquery THEN ${worth[grade]}`);
      return `CASE ${cases.join(' ')} ELSE 0 END`;
    }).join(' + '),
    values: Object.fromEntries(
      WORTH.flatMap(({ weight }) => grades.map(([grade, part]) => [keyOf(grade, weight), part(weight)])),
    ),
  };
};

const isIn = (key: string, column: 'document' | 'heading'): string => `${column} @@ $<${key}>::tsquery`;

const withValue = (score: Omit<Matching, 'condition'>, key: string, value: string): Omit<Matching, 'condition'> => ({
  ...score,
  values: { ...score.values, [key]: value },
});

/** A word as it is spelt, or one of those that are spelt much like it, in anything but the description. */
const matchWord = (word: string, name: string, similarWords: SimilarWords): Matching => {
  const [beginning, similar] = [anyBeginning(word), similarWords.get(word) ?? []];
  const grades = { whole: lexeme(word), beginning };
  if (similar.length === 0)
    return {
      condition: isIn(name, 'document'),
      ...withValue(gradedScore(name, grades), name, beginning()),
    };
  const [likeKey, eitherKey] = [`${name}_like`, `${name}_either`] as const;
  const like = wordsPart(similar, '|');
  const { score, values } = gradedScore(name, { ...grades, similar: like });
  return {
    // The first is found in an index.
    condition: `(${isIn(eitherKey, 'document')} AND (${isIn(name, 'document')} OR ${isIn(likeKey, 'heading')}))`,
    score,
    values: { ...values, [name]: beginning(), [likeKey]: like(), [eitherKey]: joinParts([beginning, like], '|')() },
  };
};

const join = (matchings: readonly Matching[], operator: 'AND' | 'OR'): Matching => ({
  condition: `(${matchings.map(({ condition }) => condition).join(` ${operator} `)})`,
  score: matchings.map(({ score }) => `(${score})`).join(' + '),
  values: Object.assign({}, ...matchings.map(({ values }) => values)) as Record<string, string>,
});

/** All words of a term, or a synonym as it is spelt. */
const matchTerm = ({ words, synonyms }: Term, name: string, similarWords: SimilarWords): Matching => {
  const own = join(
    words.map((word, place) => matchWord(word, `${name}_${place}`, similarWords)),
    'AND',
  );
  if (synonyms.length === 0) return own;
  const synonym = joinParts(
    synonyms.map((other) => wordsPart(other, '&')),
    '|',
  );
  const key = `${name}_synonyms`;
  const other = withValue(gradedScore(key, { synonym }), key, synonym());
  return {
    condition: `(${own.condition} OR ${isIn(key, 'document')})`,
    score: `GREATEST(${own.score}, ${other.score})`,
    values: { ...own.values, ...other.values },
  };
};

const matchPhrase = (words: readonly string[], name: string): Matching => {
  const phrase = wordsPart(words, '<->');
  return { condition: isIn(name, 'heading'), ...withValue(gradedScore(name, { phrase }), name, phrase()) };
};

const matchWithout = (words: readonly string[], name: string): Matching => ({
  condition: `NOT ${isIn(name, words.length === 1 ? 'document' : 'heading')}`,
  score: '0',
  values: { [name]: wordsPart(words, '<->')() },
});

const matchName = (name: string): Matching => ({
  condition: 'true',
  score: `CASE WHEN exact_keys @> ARRAY[$<name>] THEN ${EXACT_WORTH}
               WHEN short_keys @> ARRAY[$<name>] THEN ${SHORT_WORTH} ELSE 0 END`,
  values: { name },
});

/** The condition of a query's words on a row, and the row's score. Words match similar ones, too. */
export const matchText = (query: Query, similarWords: SimilarWords): Matching => {
  const name = exactNameIn(query);
  const matchings = [
    ...query.terms.map((term, index) => matchTerm(term, `term${index}`, similarWords)),
    ...(name === undefined ? [] : [matchName(name)]),
    ...query.phrases.map((words, index) => matchPhrase(words, `phrase${index}`)),
    ...query.without.map((words, index) => matchWithout(words, `without${index}`)),
  ];
  return matchings.length === 0 ? { condition: 'true', score: '0', values: {} } : join(matchings, 'AND');
};
