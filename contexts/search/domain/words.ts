/** Longer words are rarely typed; PostgreSQL takes at most 2 kB. */
const WORD_LENGTH_MAX = 50;

/**
 * The words of a text, in order, as they are compared: lower case, without accents, letters and digits only. None of them
 * has a meaning in any query language.
 */
export const wordsOf = (text: string): readonly string[] =>
  (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).map((word) => word.slice(0, WORD_LENGTH_MAX));

/** Bounds the cost of a search: more words hardly ever match. */
const SEARCH_WORDS_MAX = 8;

/** The distinct words of a search, at most eight. */
export const searchWords = (query: string): readonly string[] =>
  [...new Set(wordsOf(query))].slice(0, SEARCH_WORDS_MAX);
