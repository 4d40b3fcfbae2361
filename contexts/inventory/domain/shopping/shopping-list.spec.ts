import { expect } from 'chai';
import fc from 'fast-check';
import { mergeMissing, type Missing } from './shopping-list.ts';

const missing: fc.Arbitrary<Missing> = fc.record({
  listId: fc.constantFrom('crane', 'tower'),
  lot: fc.record({
    lotId: fc.constantFrom('1', '2', '3'),
    part: fc.constantFrom('3001', '3002'),
    colour: fc.constantFrom('4', '19', null),
    quantity: fc.integer({ min: 0, max: 9 }),
    hidden: fc.constant(false),
    tolerance: fc.constant(null),
  }),
});

describe('a shopping list', () => {
  it('has as many pieces of each part and colour as all lists miss together', () => {
    fc.assert(
      fc.property(fc.array(missing), (all) => {
        const { lots, sums } = mergeMissing(all);
        for (const { part, colour, quantity } of lots) {
          const matches = all.filter(({ lot }) => lot.part === part && lot.colour === colour);
          expect(quantity).to.equal(matches.reduce((sum, { lot }) => sum + lot.quantity, 0));
        }
        expect(sums.pieces).to.equal(sums.missingPieces);
      }),
    );
  });

  it('names each part and colour once, with the lots that it is for', () => {
    fc.assert(
      fc.property(fc.array(missing), (all) => {
        const { lots } = mergeMissing(all);
        expect(new Set(lots.map(({ part, colour }) => `${part} ${String(colour)}`)).size).to.equal(lots.length);
        const needs = lots.flatMap((lot) => lot.needs);
        expect(needs.length).to.equal(all.filter(({ lot }) => lot.quantity > 0).length);
      }),
    );
  });

  it('is empty when nothing is missing', () => {
    expect(mergeMissing([])).to.deep.equal({ lots: [], sums: { missingPieces: 0, lots: 0, pieces: 0 } });
  });
});
