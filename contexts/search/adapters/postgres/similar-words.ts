import type { Database } from '@lego-moc/postgres/database';
import type { Match } from '../../application/ports/search-index.ts';
import { editDistance, isTypo, typosAllowed } from '../../domain/spelling.ts';
import { VISIBLE } from './filters.ts';
import { rowsOf } from './indexes.ts';

/** By word of a query, the words of documents that are spelt much like it. */
export type SimilarWords = ReadonlyMap<string, readonly string[]>;

export const NO_SIMILAR_WORDS: SimilarWords = new Map();

/** Half of the trigrams of a longer word survive one mistyped letter, two fifths a swapped pair. */
const SIMILARITY_MIN = '0.4';

/** Rows that are looked through for similar words: each costs as much as ten rows that are found by a word. */
const ROWS_MAX = 300;

/** The nearest are enough. */
const WORDS_MAX = 20;

/** Finds the words like those of a query in titles, tags and themes of documents that the caller may see. */
export const findSimilarWords = async (db: Database, { query: { terms }, types, by }: Match): Promise<SimilarWords> => {
  const words = [...new Set(terms.flatMap((term) => term.words))].filter((word) => typosAllowed(word) > 0);
  if (words.length === 0) return NO_SIMILAR_WORDS;
  const selects = words.map(
    (_, index) =>
      `(SELECT names FROM ${rowsOf(types)} WHERE ${VISIBLE} AND $<word${index}> <% names LIMIT ${ROWS_MAX})`,
  );
  const values = Object.fromEntries(words.map((word, index) => [`word${index}`, word]));
  const candidates = await db.tx(async (transaction) => {
    // Holds for one transaction.
    await transaction.one(`SELECT set_config('pg_trgm.word_similarity_threshold', $1, true)`, [SIMILARITY_MIN]);
    return transaction.any<{ word: string }>(
      `SELECT DISTINCT unnest(string_to_array(names, ' ')) AS word FROM (${selects.join(' UNION ALL ')}) AS candidates`,
      { ...values, caller: by },
    );
  });
  const similarTo = (word: string): readonly string[] =>
    candidates
      .map((candidate) => candidate.word)
      .filter((other) => isTypo(other, word))
      .map((other) => ({ other, distance: editDistance(other, word) }))
      .sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1))
      .slice(0, WORDS_MAX)
      .map(({ other }) => other);
  return new Map(words.map((word) => [word, similarTo(word)]));
};
