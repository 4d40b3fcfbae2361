/** Longer words are rarely typed; PostgreSQL takes at most 2 kB. */
const WORD_LENGTH_MAX = 50;

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * The words of a text, in order, as they are compared: lower case, without accents, letters and digits only. None of them
 * has a meaning in any query language.
 */
export const wordsOf = (text: string): readonly string[] =>
  (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, WORD_LENGTH_MAX));

/** The form in which themes, tags and names are compared. */
export const keyOf = (text: string): string => wordsOf(text).join(' ');

/** The form in which names are compared with a whole query, which has each word once. */
export const nameKeyOf = (text: string): string => [...new Set(wordsOf(text))].join(' ');

/** A word where it stands in a text, from `start` to before `end` in UTF-16 units. */
export type PlacedWord = { readonly word: string; readonly start: number; readonly end: number };

/** The words of a text with their places. */
export const placedWordsOf = (text: string): readonly PlacedWord[] =>
  [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].flatMap(({ 0: match, index }) =>
    wordsOf(match).map((word) => ({ word, start: index, end: index + match.length })),
  );
