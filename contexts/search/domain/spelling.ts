/**
 * How many letters of a word may be wrong: none of a short one, since too many others are like it, and none of a number,
 * since a similar number is another one.
 */
export const typosAllowed = (word: string): number => {
  if (word.length < 4 || /\p{N}/u.test(word)) return 0;
  return word.length < 8 ? 1 : 2;
};

type Row = readonly number[];

const at = (row: Row, column: number): number => row[column] ?? Infinity;

/** The row of distances from the first `row` letters of `word` to each beginning of `other`. */
const nextRow = (word: string, other: string, row: number, [before, last]: readonly [Row, Row]): Row => {
  const next = [row];
  for (let column = 1; column <= other.length; column += 1) {
    const [letter, otherLetter] = [word[row - 1], other[column - 1]];
    const replacement = at(last, column - 1) + (letter === otherLetter ? 0 : 1);
    const isSwapped = letter === other[column - 2] && word[row - 2] === otherLetter;
    const transposition = isSwapped ? at(before, column - 2) + 1 : Infinity;
    next.push(Math.min(replacement, transposition, at(last, column) + 1, at(next, column - 1) + 1));
  }
  return next;
};

/** How many letters have to be added, removed, replaced or swapped with their neighbour to get from `word` to `other`. */
export const editDistance = (word: string, other: string): number => {
  let rows: readonly [Row, Row] = [[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= word.length; row += 1) rows = [rows[1], nextRow(word, other, row, rows)];
  return at(rows[1], other.length);
};

/** Whether `word` is the term, begins with it, or is the one meant by a typing error. */
export const isMatch = (word: string, searchWord: string): boolean =>
  word.startsWith(searchWord) || isSingular(word, searchWord) || isTypo(word, searchWord);

/** Whether `word` is the one that was meant by a typing error. */
export const isTypo = (word: string, searchWord: string): boolean => {
  const typos = typosAllowed(searchWord);
  return typos > 0 && Math.abs(word.length - searchWord.length) <= typos && editDistance(word, searchWord) <= typos;
};

/** `crane` for `cranes`: the commonest ending that a stem lacks. */
const isSingular = (word: string, searchWord: string): boolean =>
  searchWord.length > 3 && (searchWord === `${word}s` || searchWord === `${word}es`);

/**
 * The words with those that nothing begins with replaced by the most similar of `vocabulary`. `undefined` when none is
 * replaced.
 */
export const correctWords = (
  words: readonly string[],
  vocabulary: readonly string[],
): readonly string[] | undefined => {
  const corrections = words.map((word) => {
    if (vocabulary.some((entry) => entry.startsWith(word) || isSingular(entry, word))) return word;
    const similar = vocabulary.filter((entry) => isTypo(entry, word));
    return similar.toSorted((entry, other) => editDistance(entry, word) - editDistance(other, word))[0] ?? word;
  });
  return corrections.join(' ') === words.join(' ') ? undefined : corrections;
};
