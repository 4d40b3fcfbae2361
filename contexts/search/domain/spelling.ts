/** How many letters of a word may be wrong: none of a short one, since too many others are like it. */
export const typosAllowed = ({ length }: string): number => (length < 4 ? 0 : length < 8 ? 1 : 2);

type Row = readonly number[];

const at = (row: Row, column: number): number => row[column] ?? Infinity;

/** The row of distances from the first `row` letters of `one` to each beginning of `other`. */
const nextRow = (one: string, other: string, row: number, [before, last]: readonly [Row, Row]): Row => {
  const next = [row];
  for (let column = 1; column <= other.length; column += 1) {
    const [letter, wanted] = [one[row - 1], other[column - 1]];
    const replaced = at(last, column - 1) + (letter === wanted ? 0 : 1);
    const isSwapped = letter === other[column - 2] && one[row - 2] === wanted;
    const swapped = isSwapped ? at(before, column - 2) + 1 : Infinity;
    next.push(Math.min(replaced, swapped, at(last, column) + 1, at(next, column - 1) + 1));
  }
  return next;
};

/** How many letters have to be added, removed, replaced or swapped with their neighbour to get from one to the other. */
export const editDistance = (one: string, other: string): number => {
  let rows: readonly [Row, Row] = [[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row += 1) rows = [rows[1], nextRow(one, other, row, rows)];
  return at(rows[1], other.length);
};

/** Whether `word` is `wanted`, begins with it, or is the one meant by a typing error. */
export const isMatch = (word: string, wanted: string): boolean =>
  word.startsWith(wanted) || isSingular(word, wanted) || isTypo(word, wanted);

const isTypo = (word: string, wanted: string): boolean => {
  const typos = typosAllowed(wanted);
  return typos > 0 && Math.abs(word.length - wanted.length) <= typos && editDistance(word, wanted) <= typos;
};

/** `crane` for `cranes`: the commonest ending that a stem lacks. */
const isSingular = (word: string, wanted: string): boolean =>
  wanted.length > 3 && (wanted === `${word}s` || wanted === `${word}es`);

/**
 * The words with those that nothing begins with replaced by the most similar of `vocabulary`. `undefined` when none is
 * replaced.
 */
export const correctWords = (
  words: readonly string[],
  vocabulary: readonly string[],
): readonly string[] | undefined => {
  const corrected = words.map((word) => {
    if (vocabulary.some((known) => known.startsWith(word) || isSingular(known, word))) return word;
    const similar = vocabulary.filter((known) => isTypo(known, word));
    return similar.toSorted((one, other) => editDistance(one, word) - editDistance(other, word))[0] ?? word;
  });
  return corrected.join(' ') === words.join(' ') ? undefined : corrected;
};
