import { expect } from 'chai';
import { brickLinkColours } from './bricklink-colours.ts';
import { ANY_COLOUR, colourCandidates } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { colourIdIn } from './export-colours.ts';
import { legoColours } from './lego-colours.ts';

const SCHEMES: readonly ColourScheme[] = ['rebrickable', 'bricklink', 'ldraw', 'lego'];

/** Every colour of Rebrickable that any table names. */
const COLOURS = [...new Set([...brickLinkColours.values(), ...legoColours.values()].flat())];

describe('translating colours for an export', () => {
  for (const scheme of SCHEMES)
    it(`gives an id that reads as the same colour again, for all that have one in the scheme ${scheme}`, () => {
      const pairs = COLOURS.map((colour) => ({ colour, id: colourIdIn(scheme, colour) })).filter(
        ({ id }) => id !== undefined,
      );
      expect(pairs.length).to.be.greaterThan(100);
      for (const { colour, id } of pairs)
        expect(colourCandidates(scheme, String(id)), `${colour} as ${id}`).to.include(colour);
    });

  it('has no id for any colour, in no scheme', () => {
    expect(SCHEMES.map((scheme) => colourIdIn(scheme, ANY_COLOUR))).to.deep.equal(SCHEMES.map(() => undefined));
  });

  it('keeps LDraw’s own id where several stand for a colour: 0 is black, not rubber black', () => {
    expect(colourIdIn('ldraw', 0)).to.equal(0);
  });
});
