import type { Query } from '../query.ts';

/** Longer texts are cut off: nobody else searches for them. */
const TEXT_LENGTH_MAX = 80;

/** An address, or a number long enough for a telephone or an account; two set numbers in a row are shorter. */
const PERSONAL = /@|\+\d|\d{8}|(?:\d[\s./-]?){11}/u;

/**
 * The words and phrases of a query as they are compared, without filters, whose values may name people; `null` when it
 * looks like personal data.
 */
export const recordableText = (q: string, { terms, phrases, without }: Query): string | null => {
  if (PERSONAL.test(q)) return null;
  const quote = (words: readonly string[]): string => (words.length > 1 ? `"${words.join(' ')}"` : words.join(' '));
  return [...terms.flatMap(({ words }) => words), ...phrases.map(quote), ...without.map((words) => `-${quote(words)}`)]
    .join(' ')
    .slice(0, TEXT_LENGTH_MAX)
    .toWellFormed();
};
