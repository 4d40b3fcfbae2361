export type Destination = {
  readonly title: string;
  readonly hint: string;
  readonly link: string;
  /** What the text may name, whether or not that exists. */
  readonly isGuess?: boolean;
};

/**
 * Lower is better: the whole title, its beginning, a word's beginning, anywhere, a guess; `undefined` when it does not
 * match.
 */
const rank = ({ title, hint, isGuess = false }: Destination, text: string): number | undefined => {
  if (isGuess) return 4;
  const name = title.toLowerCase();
  if (name === text) return 0;
  if (name.startsWith(text)) return 1;
  if (name.split(/[\s-]+/).some((word) => word.startsWith(text))) return 2;
  return `${name} ${hint.toLowerCase()}`.includes(text) ? 3 : undefined;
};

/** The destinations that `text` may mean, the likeliest first. */
export const rankDestinations = (destinations: readonly Destination[], text: string): readonly Destination[] => {
  const query = text.trim().toLowerCase();
  if (query === '') return destinations;
  return destinations
    .flatMap((destination) => {
      const place = rank(destination, query);
      return place === undefined ? [] : [{ destination, place }];
    })
    .toSorted((left, right) => left.place - right.place)
    .map(({ destination }) => destination);
};
