import { unreachable } from '@lego-moc/kernel/decider';
import { ANY_COLOUR } from './catalogue.ts';
import { brickLinkColours } from './bricklink-colours.ts';
import { brickOwlColours } from './brickowl-colours.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { lDrawColoursByRebrickable } from './ldraw-colours.ts';
import { legoColours } from './lego-colours.ts';

/** The first id of a scheme for each of Rebrickable's. */
const invert = (colours: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, number> =>
  new Map(
    [...colours]
      .toReversed()
      .flatMap(([id, rebrickable]) => rebrickable.map((other): readonly [number, number] => [other, id])),
  );

const toBrickLink = invert(brickLinkColours);
const toBrickOwl = invert(brickOwlColours);
const toLego = invert(legoColours);

/** A scheme's id for one of Rebrickable's colours; `undefined` where it has none. Any colour has no id. */
export const colourIdIn = (scheme: ColourScheme, colourId: number): number | undefined => {
  if (colourId === ANY_COLOUR) return undefined;
  switch (scheme) {
    case 'rebrickable':
      return colourId;
    case 'bricklink':
      return toBrickLink.get(colourId);
    case 'brickowl':
      return toBrickOwl.get(colourId);
    case 'ldraw':
      return lDrawColoursByRebrickable.get(colourId);
    case 'lego':
      return toLego.get(colourId);
    default:
      return unreachable(scheme);
  }
};
