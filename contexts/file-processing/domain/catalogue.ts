import { unreachable } from '@lego-moc/kernel/decider';
import type { Lot } from './lot.ts';
import { brickLinkColours } from './bricklink-colours.ts';
import { brickOwlColours } from './brickowl-colours.ts';
import { coloursNamed } from './colour-names.ts';
import { lDrawColours } from './ldraw-colours.ts';
import { legoColours } from './lego-colours.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { followLinks, followOwnLink, type OwnPartLinks, type PartLinks, type PartRule } from './part-links.ts';

/** The file formats that can be read. */
export type Format =
  | 'bricklink-orders-csv'
  | 'bricklink-orders-xml'
  | 'bricklink-xml'
  | 'brickowl-xml'
  | 'brickset-csv'
  | 'brickset-sets-csv'
  | 'brickstore-xml'
  | 'custom-csv'
  | 'excel'
  | 'ldraw'
  | 'lxfml'
  | 'pick-a-brick-csv'
  | 'pick-a-brick-json'
  | 'rebrickable-csv'
  | 'rebrickable-sets-csv'
  | 'studio-csv'
  | 'studio-io';

/** Rebrickable's colour for "any colour will do". */
export const ANY_COLOUR = 9999;

/** A part in a colour, as LEGO sells it under an element id. */
export type ElementOf = { readonly partNumber: string; readonly colourId: number };

/** The part of one catalogue release that some lots need, and all its colours. Numbers are Rebrickable's. */
export type CatalogueExtract = {
  /** Parts by `partKey` of their number. */
  readonly parts: ReadonlyMap<string, string>;
  /** Names by colour id. */
  readonly colours: ReadonlyMap<number, string>;
  /** The colours that a part exists in, by its number; a part without elements is missing. */
  readonly partColours: ReadonlyMap<string, ReadonlySet<number>>;
  /** Elements whose ids were asked for as part numbers. */
  readonly elements: ReadonlyMap<string, ElementOf>;
  /** What numbers lead to that are not the catalogue's; absent without any. */
  readonly links?: PartLinks | undefined;
  /** Parts of the list's owner that the catalogue does not have, by `partKey` of their number. */
  readonly ownParts?: ReadonlyMap<string, OwnPart> | undefined;
  /** What a table of the list's owner says of numbers that lead nowhere in the catalogue. */
  readonly ownLinks?: OwnPartLinks | undefined;
};

/** A part that its owner says there is. */
export type OwnPart = { readonly number: string; readonly name: string; readonly colourIds: readonly number[] };

/** A lot beside its part and colour in the catalogue; null where the catalogue has none. */
export type CheckedLot = Lot & {
  readonly part: string | null;
  /** How the part was found; null when its number is the catalogue's own, or it is unknown. */
  readonly partRule: PartRule | null;
  readonly colourId: number | null;
  /** The colour stands for several in the catalogue; the first was taken. */
  readonly colourAmbiguous: boolean;
  /** For an unknown part: the kind of number that it looks like. */
  readonly hint: string | null;
};

/** Part numbers differ in case between systems and tools, never in meaning. */
export const partKey = (partNumber: string): string => partNumber.toLowerCase();

const COLOUR_ID = /^-?\d{1,9}$/;

/** The catalogue's colours that a file's colour id may mean, best first. */
export const colourCandidates = (scheme: ColourScheme, colour: string | null): readonly number[] => {
  if (colour === null) return [ANY_COLOUR];
  if (!COLOUR_ID.test(colour)) return [];
  const id = Number(colour);
  switch (scheme) {
    case 'brickowl':
      return brickOwlColours.get(id) ?? [];
    case 'bricklink':
      return brickLinkColours.get(id) ?? [];
    case 'ldraw':
      return lDrawColours(id);
    case 'lego':
      return legoColours.get(id) ?? [];
    case 'rebrickable':
      return [id];
    default:
      return unreachable(scheme);
  }
};

const hintFor = (partNumber: string, scheme: ColourScheme, { elements }: CatalogueExtract): string | null => {
  if (scheme === 'brickowl') return `${partNumber} is an id of Brick Owl`;
  const element = elements.get(partNumber);
  return element === undefined ? null : `${partNumber} is an element id of ${element.partNumber}`;
};

const checkElement = (lot: Lot, { elements }: CatalogueExtract): CheckedLot => {
  const element = elements.get(lot.lookupNumber);
  const { partNumber: part = null, colourId = null } = element ?? {};
  return { ...lot, part, partRule: null, colourId, colourAmbiguous: false, hint: null };
};

const colourIdsOf = ({ colour }: Lot, scheme: ColourScheme, { colours }: CatalogueExtract): readonly number[] =>
  colour === null || COLOUR_ID.test(colour) ? colourCandidates(scheme, colour) : coloursNamed(colour, colours);

const EMPTY_MAP: ReadonlyMap<string, never> = new Map<string, never>();

/** Brick Owl numbers parts by itself, so that its ids would be other parts here. */
const partOf = (
  { itemType, lookupNumber }: Lot,
  scheme: ColourScheme,
  { parts, links = EMPTY_MAP, ownParts = EMPTY_MAP, ownLinks = EMPTY_MAP }: CatalogueExtract,
): Pick<CheckedLot, 'part' | 'partRule'> => {
  if (itemType !== 'P') return { part: null, partRule: null };
  const key = partKey(lookupNumber);
  const cataloguePart = scheme === 'brickowl' ? undefined : parts.get(key);
  if (cataloguePart !== undefined) return { part: cataloguePart, partRule: null };
  const ownPart = ownParts.get(key);
  if (ownPart !== undefined) return { part: ownPart.number, partRule: { rule: 'custom', provenance: ownPart.name } };
  const target =
    followLinks(scheme, key, links, parts) ?? followOwnLink(scheme, key, ownLinks, { parts, links, ownParts });
  if (target === undefined) return { part: null, partRule: null };
  const { part, ...partRule } = target;
  return { part, partRule };
};

/**
 * The extract with the custom parts and the table of a user; the colours that the parts exist in are evidence as those of
 * others are.
 */
export const withOwnParts = (
  extract: CatalogueExtract,
  { parts: ownParts, links: ownLinks }: { readonly parts: ReadonlyMap<string, OwnPart>; readonly links: OwnPartLinks },
): CatalogueExtract => {
  if (ownParts.size === 0) return ownLinks.size === 0 ? extract : { ...extract, ownLinks };
  const colours = [...ownParts.values()].flatMap(({ number, colourIds }) =>
    colourIds.length === 0 ? [] : [[number, new Set(colourIds)] as const],
  );
  return { ...extract, ownParts, ownLinks, partColours: new Map([...colours, ...extract.partColours]) };
};

/**
 * Looks a lot up. Part numbers are looked up as they are, also BrickLink's, then by the links of renumbered parts and of
 * the cross-walk: where two systems number a part differently (prints, stickers, assemblies) no other rule leads from one
 * number to the other, so the lot is unknown.
 */
export const checkLot = (lot: Lot, fileScheme: ColourScheme, extract: CatalogueExtract): CheckedLot => {
  if (lot.isElement === true) return checkElement(lot, extract);
  const scheme = lot.openedFrom === undefined ? fileScheme : 'rebrickable';
  const candidates = colourIdsOf(lot, scheme, extract).filter((id) => extract.colours.has(id));
  const { part, partRule } = partOf(lot, scheme, extract);
  return {
    ...lot,
    part,
    partRule,
    colourId: candidates[0] ?? null,
    colourAmbiguous: candidates.length > 1,
    hint: part === null && lot.itemType === 'P' ? hintFor(lot.lookupNumber, scheme, extract) : null,
  };
};

/** A part that the catalogue does not have. Other kinds of items are not looked up, so they are not unknown. */
export const isUnknownPart = ({ part, partNumber, itemType }: CheckedLot): boolean =>
  part === null && itemType === 'P' && partNumber !== '';

/** A colour that the catalogue does not have. An unknown element is reported as an unknown part only. */
export const isUnknownColour = ({ colourId, itemType, isElement }: CheckedLot): boolean =>
  colourId === null && itemType === 'P' && isElement !== true;
