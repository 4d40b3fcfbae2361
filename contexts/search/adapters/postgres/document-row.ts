import type { Document, DocumentWithText } from '../../application/documents.ts';
import { wordsOf } from '../../domain/words.ts';

/** A document with the words that PostgreSQL finds it by. */
export type DocumentRow = Document & {
  /** All its words. */
  readonly document: string;
  /** The words of title (weight A) and labels (B) with their positions. Small, since ranking reads it. */
  readonly heading: string;
  /** The same words as text, to compare misspelt ones with. */
  readonly names: string;
};

/** Bounds the row. */
const WORDS_MAX = 4_000;

/** No phrase goes from the title into the tags. */
const GAP = 50;

type WeightedText = { readonly text: string; readonly weight: 'A' | 'B' };

/** A `tsvector` in PostgreSQL's own notation. Words are letters and digits, so nothing needs escaping. */
const weightedVector = (fields: readonly WeightedText[]): string => {
  let place = 0;
  return fields
    .flatMap(({ text, weight }) => {
      const words = wordsOf(text).map((word) => `'${word}':${(place += 1)}${weight}`);
      place += GAP;
      return words;
    })
    .join(' ');
};

/** A `tsvector` without positions: enough to find by. */
const wordSet = (text: string): string =>
  [...new Set(wordsOf(text))]
    .slice(0, WORDS_MAX)
    .map((word) => `'${word}'`)
    .join(' ');

/** The row of a document. */
export const documentRow = ({ document, labels, text }: DocumentWithText): DocumentRow => {
  const { title } = document;
  return {
    ...document,
    document: wordSet([title, ...labels, text].join(' ')),
    heading: weightedVector([
      { text: title, weight: 'A' },
      ...labels.map((label) => ({ text: label, weight: 'B' }) as const),
    ]),
    names: wordsOf([title, ...labels].join(' ')).join(' '),
  };
};
