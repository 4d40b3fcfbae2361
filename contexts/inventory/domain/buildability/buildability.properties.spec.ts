import { expect } from 'chai';
import fc from 'fast-check';
import { checkBuildability, checkProgress, missingLots, type ListResult, type Shelves } from './buildability.ts';
import { choiceFinder } from './choices.ts';
import { toleranceOf, type NeededList, type StockLot } from './needs.ts';
import { relationGraph } from './part-relations.ts';
import { stockPool } from './stock-pool.ts';
import { EXACT, WIDEST, costOf, relations, type Tolerance } from './tolerance.ts';

const facts = {
  graph: relationGraph([
    { relation: 'mould', part: 'a', otherPart: 'b' },
    { relation: 'print', part: 'a', otherPart: 'c' },
    { relation: 'alternate', part: 'c', otherPart: 'd' },
  ]),
  families: new Map([
    ['1', 'red'],
    ['2', 'red'],
    ['3', 'blue'],
  ]),
};
const shelvesOf = (stock: readonly StockLot[]): Shelves => {
  const pool = stockPool(stock);
  return { pool, find: choiceFinder(pool, facts) };
};

const part = fc.constantFrom('a', 'b', 'c', 'd');
const colour = fc.constantFrom('1', '2', '3');
const tolerance: fc.Arbitrary<Tolerance> = fc.oneof(
  fc.constant(EXACT),
  fc.constant(WIDEST),
  fc.record({ relations: fc.subarray([...relations]), colour: fc.constantFrom('same', 'family', 'any') }),
);
const lotFields = {
  part,
  colour: fc.option(colour, { nil: null, freq: 6 }),
  quantity: fc.integer({ min: 1, max: 2 }),
  hidden: fc.boolean(),
  tolerance: fc.option(tolerance, { nil: null }),
};
const listOf = (listId: string, maxLength: number): fc.Arbitrary<NeededList> =>
  fc.record({
    listId: fc.constant(listId),
    lots: fc
      .array(fc.record(lotFields), { minLength: 1, maxLength })
      .map((lots) => lots.map((lot, at) => ({ ...lot, lotId: `${listId}-${at}` }))),
    tolerance,
    hiddenTolerance: tolerance,
  });
const lists = fc.tuple(listOf('crane', 2), listOf('tower', 2));
const stock: fc.Arbitrary<StockLot[]> = fc.array(
  fc.record({
    holding: fc.constantFrom('bin', 'shelf'),
    part,
    colour: fc.option(colour, { nil: null, freq: 8 }),
    quantity: fc.integer({ min: 1, max: 2 }),
    reservedFor: fc.option(fc.constantFrom('crane', 'tower', 'other'), { nil: null, freq: 3 }),
  }),
  { maxLength: 5 },
);

const piecesOf = ({ progress }: ListResult): number => progress.pieces.available;
const sumOf = (amounts: readonly { readonly quantity: number }[]): number =>
  amounts.reduce((sum, { quantity }) => sum + quantity, 0);
const costOfResult = (results: readonly ListResult[]): number =>
  results
    .flatMap((result) => result.lots.flatMap(({ sources }) => sources))
    .reduce((sum, source) => sum + source.quantity * costOf(source), 0);

/** Every outcome of giving each needed piece some piece or none: pieces by list, and the cost of all. */
const outcomes = (
  neededLists: readonly NeededList[],
  shelves: Shelves,
): readonly { pieces: number[]; cost: number }[] => {
  const { piles } = shelves.pool;
  const wants = neededLists.flatMap((list, rank) =>
    list.lots.flatMap((lot) =>
      Array.from({ length: lot.quantity }, () => ({
        rank,
        choices: shelves
          .find(lot, toleranceOf(lot, list))
          .filter(({ pile }) => [null, list.listId].includes(piles[pile]!.reservedFor)),
      })),
    ),
  );
  let states = new Map([[JSON.stringify([piles.map((pile) => pile.quantity), neededLists.map(() => 0)]), 0]]);
  for (const { rank, choices } of wants) {
    const next = new Map(states);
    const tries = [...states].flatMap(([key, cost]) => choices.map((choice) => ({ key, cost, choice })));
    for (const { key, cost, choice } of tries) {
      const [quantities, pieces] = JSON.parse(key) as [number[], number[]];
      if (quantities[choice.pile] === 0) continue;
      quantities[choice.pile]! -= 1;
      pieces[rank]! += 1;
      const nextKey = JSON.stringify([quantities, pieces]);
      next.set(nextKey, Math.min(next.get(nextKey) ?? Infinity, cost + choice.cost));
    }
    states = next;
  }
  return [...states].map(([key, cost]) => ({ pieces: (JSON.parse(key) as [number[], number[]])[1], cost }));
};

describe('laws of buildability', () => {
  it('no pile gives more pieces than it has, nor pieces reserved for another list', () => {
    fc.assert(
      fc.property(lists, stock, (neededLists, stockLots) => {
        const free = new Map<string, number>();
        const keyOf = (piece: { part: string; colour: string | null }, holding: string) =>
          `${piece.part} ${String(piece.colour)} ${holding}`;
        const add = (key: string, quantity: number) => free.set(key, (free.get(key) ?? 0) + quantity);
        for (const lot of stockLots) if (lot.reservedFor !== 'other') add(keyOf(lot, lot.holding), lot.quantity);
        const results = checkBuildability(neededLists, shelvesOf(stockLots)).flatMap(({ lots }) => lots);
        for (const { sources, lot, available } of results) {
          expect(available).to.be.at.most(lot.quantity);
          expect(sumOf(sources)).to.equal(available);
        }
        for (const { part: name, stockColour, quantity, places } of results.flatMap(({ sources }) => sources)) {
          expect(sumOf(places)).to.equal(quantity);
          for (const place of places) add(keyOf({ part: name, colour: stockColour }, place.holding), -place.quantity);
        }
        expect(Math.min(0, ...free.values())).to.equal(0);
      }),
    );
  });

  it('serves as many pieces, list after list, as trying every assignment does', () => {
    fc.assert(
      fc.property(lists, stock, (neededLists, stockLots) => {
        const shelves = shelvesOf(stockLots);
        const best = outcomes(neededLists, shelves)
          .map(({ pieces }) => pieces)
          .sort(([firstA = 0, secondA = 0], [firstB = 0, secondB = 0]) => firstB - firstA || secondB - secondA)[0]!;
        expect(checkBuildability(neededLists, shelves).map(piecesOf)).to.deep.equal(best);
      }),
      { numRuns: 300 },
    );
  });

  it('differs as little from one list as the best of all assignments that serve as many pieces', () => {
    fc.assert(
      fc.property(listOf('crane', 3), stock, (neededList, stockLots) => {
        const shelves = shelvesOf(stockLots.map((lot) => ({ ...lot, reservedFor: null })));
        const results = checkBuildability([neededList], shelves);
        const costs = outcomes([neededList], shelves)
          .filter(({ pieces }) => pieces[0] === piecesOf(results[0]!))
          .map(({ cost }) => cost);
        expect(costOfResult(results)).to.equal(Math.min(...costs));
      }),
      { numRuns: 300 },
    );
  });

  it('serving the first list first costs no piece in total', () => {
    fc.assert(
      fc.property(lists, stock, (neededLists, stockLots) => {
        const shelves = shelvesOf(stockLots);
        const most = Math.max(...outcomes(neededLists, shelves).map(({ pieces }) => pieces[0]! + pieces[1]!));
        const results = checkBuildability(neededLists, shelves);
        expect(piecesOf(results[0]!) + piecesOf(results[1]!)).to.equal(most);
      }),
    );
  });

  it('more stock never builds less', () => {
    fc.assert(
      fc.property(lists, stock, stock, (neededLists, stockLots, more) => {
        const [before, after] = [stockLots, [...stockLots, ...more]].map((lots) =>
          checkBuildability(neededLists, shelvesOf(lots)).map(piecesOf),
        );
        expect(after![0]!).to.be.at.least(before![0]!);
        expect(after![0]! + after![1]!).to.be.at.least(before![0]! + before![1]!);
      }),
    );
  });

  it('a wider tolerance never builds less', () => {
    fc.assert(
      fc.property(lists, stock, (neededLists, stockLots) => {
        const wider = neededLists.map((list) => ({
          ...list,
          lots: list.lots.map((lot) => ({ ...lot, tolerance: WIDEST })),
        }));
        const [narrow, wide] = [neededLists, wider].map((variant) => checkBuildability(variant, shelvesOf(stockLots)));
        const total = (results: readonly ListResult[]) => results.reduce((sum, result) => sum + piecesOf(result), 0);
        expect(total(wide!)).to.be.at.least(total(narrow!));
      }),
    );
  });

  it('takes the very piece for a lot whose piece nobody else can use', () => {
    fc.assert(
      fc.property(listOf('crane', 3), stock, (neededList, stockLots) => {
        const only = { part: 'only', colour: '1', quantity: 2, hidden: false, tolerance: WIDEST, lotId: 'only' };
        const own = { holding: 'bin', part: 'only', colour: '1', quantity: 2, reservedFor: null };
        const [result] = checkBuildability(
          [{ ...neededList, lots: [...neededList.lots, only] }],
          shelvesOf([...stockLots, own]),
        );
        const source = result!.lots.at(-1)!.sources[0]!;
        expect([source.quantity, source.path, source.colour]).to.deep.equal([2, [], 'same']);
      }),
    );
  });

  it('the progress of a list alone is that of the full answer, and what is missing is the rest', () => {
    fc.assert(
      fc.property(listOf('crane', 4), stock, (neededList, stockLots) => {
        const shelves = shelvesOf(stockLots);
        const [result] = checkBuildability([neededList], shelves);
        expect(checkProgress(neededList, shelves)).to.deep.equal(result!.progress);
        const missing = missingLots(result!).reduce((sum, { quantity }) => sum + quantity, 0);
        expect(result!.progress.pieces.available + missing).to.equal(result!.progress.pieces.needed);
      }),
    );
  });
});
