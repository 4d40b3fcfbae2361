import { findSynonyms, type Synonyms, type Term } from './synonyms.ts';
import { keyOf, wordsOf } from './words.ts';

/** From `from` to `to`, both included. */
export type Range = { readonly from: number; readonly to: number };

/** The filters on a document besides its words. */
export type Filters = {
  /** The key of its theme. */
  readonly theme?: string;
  /** The key of one of its tags. */
  readonly tag?: string;
  /** The key of one of its colours. */
  readonly colour?: string;
  /** The id of its owner; `me` is the caller. */
  readonly by?: string;
  readonly pieces?: Range;
  readonly year?: Range;
  readonly has?: 'instructions' | 'parts';
};

/** The parsed query. Nothing in it has a meaning in any other query language. */
export type Query = {
  readonly terms: readonly Term[];
  /** Words that follow each other. */
  readonly phrases: readonly (readonly string[])[];
  /** Words, or phrases, that must not occur. */
  readonly without: readonly (readonly string[])[];
  readonly filters: Filters;
};

/** Why a text is no query. */
export type QueryFault = { readonly fault: string };

export const isFault = (result: Query | QueryFault): result is QueryFault => 'fault' in result;

/** Each bounds the cost of a search. */
const WORDS_MAX = 16;
const PHRASES_MAX = 4;
const WITHOUT_MAX = 8;
const NUMBER_MAX = 1_000_000;

type Field = keyof Filters;

const TOKEN = /(?<minus>-)?(?:(?<field>theme|tag|colour|by|pieces|year|has):)?(?:"(?<quoted>[^"]*)"|(?<plain>\S+))/giu;

type Token = {
  readonly field: Field | undefined;
  readonly isQuoted: boolean;
  readonly isExcluded: boolean;
  readonly value: string;
};

const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(TOKEN)].map(({ groups = {} }) => ({
    field: groups['field']?.toLowerCase() as Field | undefined,
    isQuoted: groups['quoted'] !== undefined,
    isExcluded: groups['minus'] !== undefined,
    value: groups['quoted'] ?? groups['plain'] ?? '',
  }));

/** `500..2000`, `500..`, `..2000` or `500`; `undefined` when it is no range. */
const rangeOf = (value: string): Range | undefined => {
  const parts = /^(\d{0,7})(?:(\.\.)(\d{0,7}))?$/u.exec(value);
  if (parts === null) return undefined;
  const [, low = '', dots, high = ''] = parts;
  if (low === '' && high === '') return undefined;
  const from = low === '' ? 0 : Number(low);
  const to = dots === undefined ? from : high === '' ? NUMBER_MAX : Number(high);
  return from <= to && to <= NUMBER_MAX ? { from, to } : undefined;
};

const NAME_EXAMPLES = {
  theme: 'theme:castle or theme:"star wars"',
  tag: 'tag:ucs or tag:"steam engine"',
  colour: 'colour:red or colour:"dark red"',
} as const;

/** The filter by a name, compared as its key. */
const nameFilterOf = (field: 'theme' | 'tag' | 'colour', value: string): Filters | QueryFault => {
  const key = keyOf(value);
  return key === '' ? { fault: `${field}: needs a name, such as ${NAME_EXAMPLES[field]}.` } : { [field]: key };
};

const filterOf = (field: Field, value: string): Filters | QueryFault => {
  switch (field) {
    case 'theme':
    case 'tag':
    case 'colour':
      return nameFilterOf(field, value);
    case 'by':
      return /^[\w.:@|-]{1,128}$/u.test(value) ? { by: value } : { fault: 'by: needs the id of a builder, or me.' };
    case 'has':
      return value === 'instructions' || value === 'parts'
        ? { has: value }
        : { fault: 'has: is followed by instructions or parts.' };
    case 'pieces':
    case 'year': {
      const range = rangeOf(value);
      return range === undefined
        ? {
            fault: `${field}: needs a number or a range, such as ${field}:500..2000, ${field}:500.. or ${field}:..2000.`,
          }
        : { [field]: range };
    }
  }
};

const collectFilters = (tokens: readonly Token[]): Filters | QueryFault => {
  let filters: Filters = {};
  for (const { field, value, isExcluded } of tokens) {
    if (field === undefined) continue;
    if (isExcluded) return { fault: `-${field}: is not possible; only words and phrases can be excluded.` };
    if (field in filters) return { fault: `${field}: is given twice.` };
    const filter = filterOf(field, value);
    if ('fault' in filter) return filter;
    filters = { ...filters, ...filter };
  }
  return filters;
};

const boundsFault = (words: readonly string[], { phrases, without }: Pick<Query, 'phrases' | 'without'>) => {
  if (words.length > WORDS_MAX) return { fault: `At most ${WORDS_MAX} different words can be searched for.` };
  if (phrases.length > PHRASES_MAX) return { fault: `At most ${PHRASES_MAX} phrases can be searched for.` };
  return without.length > WITHOUT_MAX
    ? { fault: `At most ${WITHOUT_MAX} words or phrases can be excluded.` }
    : undefined;
};

/**
 * Reads a query: words, `"phrases"`, `-excluded`, and the filters `theme:`, `tag:`, `colour:`, `by:`, `pieces:`, `year:` and `has:`.
 * Other punctuation only separates words. A quotation of one word is that word.
 */
export const parseQuery = (text: string, synonyms: Synonyms = []): Query | QueryFault => {
  const tokens = tokensOf(text);
  const filters = collectFilters(tokens);
  if ('fault' in filters) return filters;
  const free = tokens
    .filter(({ field }) => field === undefined)
    .map((token) => ({ ...token, words: wordsOf(token.value) }));
  const searchTokens = free.filter(({ isExcluded }) => !isExcluded);
  const isPhrase = ({ isQuoted, words }: (typeof free)[number]): boolean => isQuoted && words.length > 1;

  const without = free.filter(({ isExcluded, words }) => isExcluded && words.length > 0).map(({ words }) => words);
  const phrases = searchTokens.filter(isPhrase).map(({ words }) => words);
  const words = [...new Set(searchTokens.filter((token) => !isPhrase(token)).flatMap((token) => token.words))];
  return (
    boundsFault([...words, ...phrases.flat()], { phrases, without }) ?? {
      terms: findSynonyms(words, synonyms),
      ...{ phrases, without, filters },
    }
  );
};

/** Whether it names neither words nor filters. */
export const isEmpty = ({ terms, phrases, without, filters }: Query): boolean =>
  terms.length + phrases.length + without.length + Object.keys(filters).length === 0;

/** Whether documents are ranked by it: filters alone let everything match equally well. */
export const isRanked = ({ terms, phrases }: Query): boolean => terms.length + phrases.length > 0;

/** The name or number that a query of words alone may be, in the form of `nameKeyOf`. */
export const exactNameIn = ({ terms, phrases, without }: Query): string | undefined =>
  terms.length === 0 || phrases.length + without.length > 0 ? undefined : terms.flatMap(({ words }) => words).join(' ');
