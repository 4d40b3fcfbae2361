import { ANY_COLOUR, type CatalogueExtract, type CheckedLot } from './catalogue.ts';
import { neededPieces } from './lot.ts';

/** A colour of the catalogue, and how many needed pieces have it. */
export type ColourShare = { readonly id: string; readonly name: string; readonly pieces: number };

/**
 * The colours of most pieces, and a sample of the part numbers, the most telling first. Lists that share parts share them in
 * their samples, too.
 */
export type Composition = { readonly colours: readonly ColourShare[]; readonly parts: readonly string[] };

/** Few models have more colours that anybody would look for. */
export const COLOURS_MAX = 12;
/** The share of common parts is known within some seven percent. */
export const PARTS_MAX = 48;

/** What was read so far: colours by id, of which a catalogue has some hundreds, and ranked parts. */
export type CompositionTally = {
  readonly colours: ReadonlyMap<string, ColourShare>;
  readonly ranks: ReadonlyMap<string, number>;
};

export const emptyComposition: CompositionTally = { colours: new Map(), ranks: new Map() };

const isNamed = (colourId: number): boolean => colourId >= 0 && colourId !== ANY_COLOUR;

const addColours = (
  colours: CompositionTally['colours'],
  lots: readonly CheckedLot[],
  { colours: names }: CatalogueExtract,
): CompositionTally['colours'] => {
  const sums = new Map(colours);
  for (const lot of lots) {
    const [pieces, name] = [neededPieces(lot), lot.colourId === null ? undefined : names.get(lot.colourId)];
    if (pieces === 0 || lot.colourId === null || name === undefined || !isNamed(lot.colourId)) continue;
    const id = String(lot.colourId);
    sums.set(id, { id, name, pieces: pieces + (sums.get(id)?.pieces ?? 0) });
  }
  return sums;
};

/** A number between 0 and 1 that is the same for the same text: FNV-1a, with the last step of MurmurHash3. */
const fractionOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/**
 * The rank of a part in every sample: low ranks are kept. The hash draws the same parts from every list; a part that exists
 * in few colours is drawn more often, since a plate in sixty colours is in every model and says nothing of it.
 */
const rankOf = (part: string, colours: number): number => -Math.log(1 - fractionOf(part)) * Math.max(1, colours);

const smallest = (ranks: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...ranks]
    .sort(([part, rank], [other, otherRank]) => rank - otherRank || (part < other ? -1 : 1))
    .slice(0, PARTS_MAX);

const addParts = (
  ranks: CompositionTally['ranks'],
  lots: readonly CheckedLot[],
  { partColours }: CatalogueExtract,
): CompositionTally['ranks'] => {
  const parts = lots.flatMap((lot) => (lot.part === null || neededPieces(lot) === 0 ? [] : [lot.part]));
  const newRanks = parts.map((part) => [part, rankOf(part, partColours.get(part)?.size ?? 0)] as const);
  return new Map(smallest(new Map([...ranks, ...newRanks])));
};

/** Adds the next lots of the file. */
export const addToComposition = (
  { colours, ranks }: CompositionTally,
  lots: readonly CheckedLot[],
  extract: CatalogueExtract,
): CompositionTally => ({ colours: addColours(colours, lots, extract), ranks: addParts(ranks, lots, extract) });

/** The composition of the lots that were added. */
export const compositionOf = ({ colours, ranks }: CompositionTally): Composition => ({
  colours: [...colours.values()]
    .sort((colour, other) => other.pieces - colour.pieces || (colour.id < other.id ? -1 : 1))
    .slice(0, COLOURS_MAX),
  parts: smallest(ranks).map(([part]) => part),
});
