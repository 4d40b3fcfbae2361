/** Longer words are numbers and nonsense; PostgreSQL takes 2 kB, people type 20. */
const WORD_LENGTH_MAX = 50;

/**
 * The words of a text, in order, as they are compared: lower case, without accents, letters and digits only. What comes
 * out means nothing to any query language.
 */
export const wordsOf = (text: string): readonly string[] =>
  (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).map((word) => word.slice(0, WORD_LENGTH_MAX));

/** More words than these narrow a search down to nothing. */
const SEARCH_WORDS_MAX = 8;

/** The different words of a search. */
export const searchWords = (query: string): readonly string[] =>
  [...new Set(wordsOf(query))].slice(0, SEARCH_WORDS_MAX);
