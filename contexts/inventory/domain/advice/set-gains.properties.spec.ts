import { expect } from 'chai';
import fc from 'fast-check';
import { checkBuildability, checkProgressOf, missingLots, type Shelves } from '../buildability/buildability.ts';
import { choiceFinder } from '../buildability/choices.ts';
import type { NeededList, StockLot } from '../buildability/needs.ts';
import { relationGraph } from '../buildability/part-relations.ts';
import { stockPool } from '../buildability/stock-pool.ts';
import { EXACT, WIDEST, type Tolerance } from '../buildability/tolerance.ts';
import { lotKeyOf, mergeLots, piecesIn, pieceOf, type LotQuantity } from '../lots.ts';
import { gainOfSet, withoutUselessStock } from './set-gains.ts';

const substitutes = {
  graph: relationGraph([
    { relation: 'mould', part: 'a', otherPart: 'b' },
    { relation: 'print', part: 'a', otherPart: 'c' },
  ]),
  families: new Map([
    ['1', 'red'],
    ['2', 'red'],
    ['3', 'blue'],
  ]),
};
const shelvesOf = (stock: readonly StockLot[]): Shelves => {
  const pool = stockPool(stock);
  return { pool, find: choiceFinder(pool, substitutes) };
};
const missingIn = (lists: readonly NeededList[], stock: readonly StockLot[]): number =>
  checkBuildability(lists, shelvesOf(stock))
    .flatMap(missingLots)
    .reduce((sum, { quantity }) => sum + quantity, 0);
const gainFor = (lists: readonly NeededList[], stock: readonly StockLot[], contents: readonly LotQuantity[]) =>
  gainOfSet({ lists, stock, substitutes }, checkProgressOf(lists, shelvesOf(stock)), contents);

const part = fc.constantFrom('a', 'b', 'c', 'd');
const colour = fc.constantFrom('1', '2', '3');
const quantity = fc.integer({ min: 1, max: 3 });
const listsWithin = (tolerances: fc.Arbitrary<Tolerance>): fc.Arbitrary<NeededList[]> =>
  fc
    .array(
      fc.record({
        lots: fc.array(fc.record({ part, colour, quantity }), { minLength: 1, maxLength: 3 }),
        tolerance: tolerances,
      }),
      { maxLength: 2 },
    )
    .map((lists) =>
      lists.map(({ lots, tolerance }, list) => ({
        ...{ listId: String(list), tolerance, hiddenTolerance: tolerance },
        lots: lots.map((lot, at) => ({ ...lot, lotId: `${list}/${at}`, hidden: false, tolerance: null })),
      })),
    );
const anyLists = listsWithin(fc.constantFrom(EXACT, WIDEST, { relations: ['mould'], colour: 'family' }));
const stocks: fc.Arbitrary<StockLot[]> = fc.array(
  fc.record({
    ...{ holding: fc.constantFrom('bin', 'shelf'), part, colour, quantity },
    reservedFor: fc.option(fc.constantFrom('0', 'other'), { nil: null, freq: 3 }),
  }),
  { maxLength: 4 },
);
const sets: fc.Arbitrary<readonly LotQuantity[]> = fc
  .array(fc.record({ part, colour, quantity }), { maxLength: 5 })
  .map((lots) =>
    mergeLots(
      lots.map((lot) => ({ lot: lotKeyOf({ kind: 'part', number: lot.part, ...lot }), quantity: lot.quantity })),
    ),
  );

/** The stock after the set was opened in a bin. */
const stockWith = (stock: readonly StockLot[], contents: readonly LotQuantity[]): readonly StockLot[] => [
  ...stock,
  ...contents.map(({ lot, quantity: pieces }) => {
    const { number, colour: itsColour } = pieceOf(lot);
    return { holding: 'bin', part: number, colour: itsColour, quantity: pieces, reservedFor: null };
  }),
];

describe('the gain of one more set', () => {
  it('is never negative, and never above what is missing or what is in the set', () => {
    fc.assert(
      fc.property(anyLists, stocks, sets, (lists, stock, contents) => {
        const { pieces, percentage } = gainFor(lists, stock, contents);
        expect(pieces).to.be.within(0, Math.min(missingIn(lists, stock), piecesIn(contents)));
        expect(percentage).to.be.within(0, 100);
      }),
    );
  });

  it('is by how much opening the set reduces what is missing', () => {
    fc.assert(
      fc.property(anyLists, stocks, sets, (lists, stock, contents) => {
        const { pieces } = gainFor(lists, stock, contents);
        expect(missingIn(lists, stock) - missingIn(lists, stockWith(stock, contents))).to.equal(pieces);
      }),
    );
  });

  it('is, without substitutes, what is missing of each part and colour, as far as the set has it', () => {
    fc.assert(
      fc.property(listsWithin(fc.constant(EXACT)), sets, (lists, contents) => {
        const missing = mergeLots(
          lists.flatMap(({ lots }) =>
            lots.map((lot) => ({
              lot: lotKeyOf({ kind: 'part', number: lot.part, colour: lot.colour }),
              quantity: lot.quantity,
            })),
          ),
        );
        const inSet = new Map(contents.map(({ lot, quantity: pieces }) => [lot, pieces]));
        const expected = missing.reduce(
          (sum, { lot, quantity: wanted }) => sum + Math.min(wanted, inSet.get(lot) ?? 0),
          0,
        );
        expect(gainFor(lists, [], contents).pieces).to.equal(expected);
      }),
    );
  });

  it('is the same without the stock that no lot could take', () => {
    const other = { holding: 'bin', part: 'z', colour: '1', quantity: 9, reservedFor: null };
    fc.assert(
      fc.property(anyLists, stocks, sets, (lists, stock, contents) => {
        const basis = { lists, stock: [...stock, other], substitutes };
        const { stock: usefulStock } = withoutUselessStock(basis);
        expect(usefulStock).to.not.include(other);
        expect(gainFor(lists, usefulStock, contents)).to.deep.equal(gainFor(lists, basis.stock, contents));
      }),
    );
  });

  it('is not less for a set with the same pieces and more', () => {
    fc.assert(
      fc.property(anyLists, stocks, sets, sets, (lists, stock, contents, more) => {
        const larger = gainFor(lists, stock, mergeLots([...contents, ...more]));
        expect(larger.pieces).to.be.at.least(gainFor(lists, stock, contents).pieces);
      }),
    );
  });
});
