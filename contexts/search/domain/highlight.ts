import type { Query } from './query.ts';
import { isMatch } from './spelling.ts';
import { placedWordsOf } from './words.ts';

/** Places of a text, each from `start` to before `end` in UTF-16 units. Not markup: the text may hold any characters. */
export type Marks = readonly (readonly [start: number, end: number])[];

const MARKS_MAX = 20;

/** Every word that a document may have been found by. */
const wordsSearchedFor = ({ terms, phrases }: Query): readonly string[] => [
  ...new Set([...terms.flatMap(({ words, synonyms }) => [...words, ...synonyms.flat()]), ...phrases.flat()]),
];

/** The positions of the query's words in a text. */
export const marksOf = (text: string, query: Query): Marks => {
  const searchWords = wordsSearchedFor(query);
  return placedWordsOf(text)
    .filter(({ word }) => searchWords.some((searchWord) => isMatch(word, searchWord)))
    .slice(0, MARKS_MAX)
    .map(({ start, end }) => [start, end]);
};
