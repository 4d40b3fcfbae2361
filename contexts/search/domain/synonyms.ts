import { wordsOf } from './words.ts';

/** Words that all must occur, or in their place all words of one of the synonyms. */
export type Term = { readonly words: readonly string[]; readonly synonyms: readonly (readonly string[])[] };

/** Groups of words, or sequences of words, that mean the same. */
export type Synonyms = readonly (readonly (readonly string[])[])[];

/** More synonyms of one word make a search slow, and rarely better. */
const SYNONYMS_MAX = 8;

/** One group a line, its members separated by commas; `#` begins a comment. */
export const parseSynonyms = (text: string): Synonyms =>
  text
    .split(/\r?\n/u)
    .map((line) =>
      (line.split('#')[0] ?? '')
        .split(',')
        .map(wordsOf)
        .filter((words) => words.length > 0),
    )
    .filter((group) => group.length > 1);

const beginsWith = (words: readonly string[], start: number, member: readonly string[]): boolean =>
  member.every((word, offset) => words[start + offset] === word);

/** The longest member of a group that stands at `start`, with the other members of its groups. */
const termAt = (words: readonly string[], start: number, synonyms: Synonyms): Term => {
  const members = synonyms.flat().filter((member) => beginsWith(words, start, member));
  const length = Math.max(1, ...members.map((member) => member.length));
  const own = words.slice(start, start + length);
  const isOwn = (member: readonly string[]): boolean => member.join(' ') === own.join(' ');
  const others = synonyms
    .filter((group) => group.some(isOwn))
    .flatMap((group) => group.filter((member) => !isOwn(member)));
  return { words: own, synonyms: others.slice(0, SYNONYMS_MAX) };
};

/** The terms of a search: its words, those together that have synonyms together. */
export const findSynonyms = (words: readonly string[], synonyms: Synonyms): readonly Term[] => {
  const terms: Term[] = [];
  for (let start = 0; start < words.length; start += terms.at(-1)?.words.length ?? 1)
    terms.push(termAt(words, start, synonyms));
  return terms;
};
