import { expect } from 'chai';
import fc from 'fast-check';
import { diffLots, mergeLots, rebuyOf, type NeededLot } from './needed-lots.ts';

const lot = (part: string, colour: string, quantity: number, partNumber = part): NeededLot => ({
  ...{ itemType: 'P', part, colour, quantity, partNumber },
  ...{ partName: null, colourName: null },
});

const anyLot = fc
  .record({ part: fc.constantFrom('3001', '3002'), colour: fc.constantFrom('4', '15', '71'), quantity: fc.nat(5) })
  .map(({ part, colour, quantity }) => lot(part, colour, quantity));
const anyLots = fc.array(anyLot, { maxLength: 8 });

/** Quantities by part and colour, without zeros. */
const quantities = (...lots: readonly (readonly NeededLot[])[]): Record<string, number> =>
  Object.fromEntries([...mergeLots(lots.flat())].map(([key, { quantity }]) => [key, quantity]));

const scaleLots = (lots: readonly NeededLot[], factor: number) =>
  lots.map((of) => ({ ...of, quantity: of.quantity * factor }));

/** The sum of signed quantities by part and colour, without zeros. */
const sumOf = (lots: readonly NeededLot[]): Record<string, number> => {
  const sums = new Map<string, number>();
  for (const { part, colour, quantity } of lots) {
    const key = JSON.stringify([part, colour]);
    sums.set(key, (sums.get(key) ?? 0) + quantity);
  }
  return Object.fromEntries([...sums].filter(([, quantity]) => quantity !== 0).sort());
};

describe('comparing the lots of two versions', () => {
  it('tells added, removed, recoloured and changed lots, and parts that the catalogue renamed', () => {
    const from = [lot('3001', '4', 8), lot('3002', '4', 2), lot('3003', '1', 1), lot('3004', '1', 5, '3004old')];
    const to = [lot('3001', '4', 10), lot('3002', '15', 3), lot('3004', '1', 5, '3004'), lot('3005', '0', 1)];
    const diff = diffLots(from, to);
    expect(diff.quantity.map(({ lot: { part }, from: old, to: now }) => [part, old, now])).to.deep.equal([
      ['3001', 8, 10],
    ]);
    expect(diff.recoloured.map((of) => [of.from.colour, of.to.colour, of.quantity])).to.deep.equal([['4', '15', 2]]);
    expect(diff.removed.map(({ part, quantity }) => [part, quantity])).to.deep.equal([['3003', 1]]);
    expect(diff.added.map(({ part, quantity }) => [part, quantity])).to.deep.equal([
      ['3002', 1],
      ['3005', 1],
    ]);
    expect(diff.renamed.map((of) => [of.from, of.to])).to.deep.equal([['3004old', '3004']]);
  });

  it('finds no difference between a list and itself in another order, split over more lots', () => {
    fc.assert(
      fc.property(anyLots, (lots) => {
        const halves = lots.flatMap((of) => [
          { ...of, quantity: Math.floor(of.quantity / 2) },
          { ...of, quantity: Math.ceil(of.quantity / 2) },
        ]);
        const nothing = { added: [], removed: [], recoloured: [], quantity: [], renamed: [] };
        expect(diffLots(lots, halves.toReversed())).to.deep.equal(nothing);
      }),
    );
  });

  it('leads from the one to the other: nothing is lost or counted twice', () => {
    fc.assert(
      fc.property(anyLots, anyLots, (from, to) => {
        const { added, removed, recoloured, quantity } = diffLots(from, to);
        const quantityChanges = quantity.map((of) => ({ ...of.lot, quantity: of.to - of.from }));
        const away = recoloured.map((of) => ({ ...of.from, quantity: -of.quantity }));
        const towards = recoloured.map((of) => ({ ...of.to, quantity: of.quantity }));
        expect(
          sumOf([...from, ...added, ...scaleLots(removed, -1), ...quantityChanges, ...away, ...towards]),
        ).to.deep.equal(sumOf(to));
      }),
    );
  });
});

describe('buying again for another version', () => {
  it('adds what is bought and takes away what is left over, and never both of one lot', () => {
    fc.assert(
      fc.property(anyLots, anyLots, (from, to) => {
        const { buy, leftOver } = rebuyOf(from, to);
        expect(sumOf([...from, ...buy, ...scaleLots(leftOver, -1)])).to.deep.equal(sumOf(to));
        const commonKeys = Object.keys(quantities(buy)).filter((key) => key in quantities(leftOver));
        expect(commonKeys).to.deep.equal([]);
      }),
    );
  });

  it('is the other way round for the way back', () => {
    fc.assert(
      fc.property(anyLots, anyLots, (from, to) => {
        const { buy, leftOver } = rebuyOf(from, to);
        const back = rebuyOf(to, from);
        expect([quantities(back.buy), quantities(back.leftOver)]).to.deep.equal([
          quantities(leftOver),
          quantities(buy),
        ]);
      }),
    );
  });
});
