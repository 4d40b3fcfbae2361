import type { Lot } from './lot.ts';
import { brickLinkColours } from './bricklink-colours.ts';

/** The file formats that can be read; each names parts and colours in its own numbering. */
export type Format = 'bricklink-xml' | 'rebrickable-csv';

/** Rebrickable's colour for "any colour will do". */
export const ANY_COLOUR = 9999;

/** What one release of the catalogue knows of some lots' parts, and all its colours. Numbers are Rebrickable's. */
export type CatalogueExtract = {
  /** Parts by `partKey` of their number. */
  readonly parts: ReadonlyMap<string, string>;
  readonly colours: ReadonlySet<number>;
};

/** A lot beside what the catalogue knows it as; null what it does not know. */
export type CheckedLot = Lot & {
  readonly part: string | null;
  readonly colourId: number | null;
  /** The colour stands for several in the catalogue; the first was taken. */
  readonly colourAmbiguous: boolean;
};

/** Part numbers differ in case between systems and tools, never in meaning. */
export const partKey = (partNumber: string): string => partNumber.toLowerCase();

const COLOUR_ID = /^-?\d{1,9}$/;

/** The catalogue's colours that a file's colour id may mean, best first; none when nobody knows. */
const colourCandidates = (format: Format, colour: string | null): readonly number[] => {
  if (colour === null) return [ANY_COLOUR];
  if (!COLOUR_ID.test(colour)) return [];
  return format === 'bricklink-xml' ? (brickLinkColours.get(Number(colour)) ?? []) : [Number(colour)];
};

/**
 * Looks a lot up. Part numbers are looked up as they are, also BrickLink's: where the two systems number a part
 * differently (prints, stickers, assemblies) no rule leads from one number to the other, so the lot is unknown.
 */
export const checkLot = (lot: Lot, format: Format, { parts, colours }: CatalogueExtract): CheckedLot => {
  const candidates = colourCandidates(format, lot.colour).filter((id) => colours.has(id));
  return {
    ...lot,
    part: lot.itemType === 'P' ? (parts.get(partKey(lot.partNumber)) ?? null) : null,
    colourId: candidates[0] ?? null,
    colourAmbiguous: candidates.length > 1,
  };
};

/** A part that the catalogue does not have. Other kinds of items are not looked up, so they are not unknown. */
export const isUnknownPart = ({ part, partNumber, itemType }: CheckedLot): boolean =>
  part === null && itemType === 'P' && partNumber !== '';

export const isUnknownColour = ({ colourId, itemType }: CheckedLot): boolean => colourId === null && itemType === 'P';
