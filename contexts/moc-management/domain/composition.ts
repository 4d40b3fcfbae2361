/** A colour of the catalogue, and how many pieces have it. */
export type ColourShare = { readonly id: string; readonly name: string; readonly pieces: number };

/** The colours of most pieces, and a sample of the part numbers, the most telling first. */
export type Composition = { readonly colours: readonly ColourShare[]; readonly parts: readonly string[] };

/** As many as file processing gives of one list. */
const COLOURS_MAX = 12;
const PARTS_MAX = 48;

const mergeColours = (compositions: readonly Composition[]): readonly ColourShare[] => {
  const byId = Map.groupBy(
    compositions.flatMap(({ colours }) => colours),
    ({ id }) => id,
  );
  return [...byId.values()]
    .flatMap(([first, ...others]) =>
      first === undefined ? [] : [others.reduce((sum, { pieces }) => ({ ...sum, pieces: sum.pieces + pieces }), first)],
    )
    .sort((colour, other) => other.pieces - colour.pieces || (colour.id < other.id ? -1 : 1))
    .slice(0, COLOURS_MAX);
};

/** The most telling part of each list, then the second ones. */
const mergeParts = (compositions: readonly Composition[]): readonly string[] => {
  const places = Array.from({ length: PARTS_MAX }, (_, place) => place);
  const parts = places.flatMap((place) =>
    compositions.flatMap(({ parts: [...ranked] }) => ranked.slice(place, place + 1)),
  );
  return [...new Set(parts)].slice(0, PARTS_MAX);
};

/** The composition of several lists together. */
export const mergeCompositions = (compositions: readonly Composition[]): Composition => ({
  colours: mergeColours(compositions),
  parts: mergeParts(compositions),
});
