import { expect } from 'chai';
import fc from 'fast-check';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { checkProgress } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import type { StockLot } from '../domain/buildability/needs.ts';
import { relationGraph } from '../domain/buildability/part-relations.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import { EXACT, WIDEST, type Tolerance } from '../domain/buildability/tolerance.ts';
import { lotKeyOf, mergeLots, type LotQuantity } from '../domain/lots.ts';
import { neededListOf } from './needed-lists.ts';
import type { MocToBuild } from './ports/moc-reader.ts';
import type { Score } from './ports/score-store.ts';
import { rankMocs } from './rank-mocs.ts';

const reader = 'ada' as UserId;
const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const facts = {
  graph: relationGraph([
    { relation: 'mould', part: 'a', otherPart: 'b' },
    { relation: 'print', part: 'b', otherPart: 'c' },
  ]),
  families: new Map([
    ['1', 'red'],
    ['2', 'red'],
  ]),
};
const number = fc.constantFrom('a', 'b', 'c', 'd');
const colour = fc.constantFrom('1', '2', '3');
const quantity = fc.integer({ min: 1, max: 4 });
const lots = fc
  .array(fc.record({ number, colour, quantity }), { minLength: 1, maxLength: 4 })
  .map((pieces): readonly LotQuantity[] =>
    mergeLots(pieces.map((piece) => ({ lot: lotKeyOf({ kind: 'part', ...piece }), quantity: piece.quantity }))),
  );
const stock = fc
  .array(fc.record({ number, colour, quantity, reservedFor: fc.option(fc.constantFrom('m0', 'other'), { freq: 4 }) }), {
    maxLength: 6,
  })
  .map((pieces) => pieces.map(({ number: of, ...rest }): StockLot => ({ holding: 'bin', part: of, ...rest })));
const tolerance = fc.constantFrom<Tolerance>(EXACT, WIDEST, { relations: ['mould'], colour: 'family' });

/** A service that keeps scores, over a stock and lists that change; `work` counts the scores that were worked out. */
const begin = () => {
  const scores = new Map<string, ReadonlyMap<string, Score>>();
  let work = 0;
  return {
    takeWork: () => {
      const count = work;
      work = 0;
      return count;
    },
    rank: (allLots: readonly (readonly LotQuantity[])[], stockLots: readonly StockLot[], wish: Tolerance) => {
      const mocs = allLots.map((_, index) => ({
        ...{ mocId: `m${String(index)}`, title: '' },
        lists: [{ partsListId: `l${String(index)}`, jobId: String(index) }],
      })) as unknown as readonly MocToBuild[];
      return rankMocs({
        readLots: () => Promise.resolve(new Map(allLots.map((jobLots, index) => [String(index), jobLots]))),
        facts: { current: () => Promise.resolve({ release: '1', facts }) },
        ownedPieces: { of: () => Promise.resolve({ revision: '1', lots: stockLots }) },
        scores: {
          of: (_, { colour: difference }) => Promise.resolve(scores.get(difference) ?? new Map<string, Score>()),
          put: (_, { colour: difference }, newScores) => {
            work += newScores.size;
            scores.set(difference, new Map([...(scores.get(difference) ?? []), ...newScores]));
            return Promise.resolve();
          },
        },
      })(mocs, reader, wish, cause);
    },
  };
};

describe('ranking MOCs with scores that are known', () => {
  it('says what working every score out again would say, whatever changed between two questions', async () => {
    const question = fc.record({ allLots: fc.array(lots, { minLength: 1, maxLength: 3 }), stock, tolerance });
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 2, maxLength: 5 }), async (questions) => {
        const { rank } = begin();
        for (const { allLots, stock: stockLots, tolerance: wish } of questions) {
          const { mocs } = await rank(allLots, stockLots, wish);
          const pool = stockPool(stockLots);
          const shelves = { pool, find: choiceFinder(pool, facts) };
          const tolerances = { tolerance: wish, hiddenTolerance: wish };
          for (const { moc, progress } of mocs)
            expect(progress).to.deep.equal(
              checkProgress(neededListOf(moc.mocId, allLots[Number(moc.mocId.slice(1))] ?? [], tolerances), shelves),
            );
        }
      }),
    );
  });

  it('works out again only the MOCs that can take pieces of a part that changed', async () => {
    const { rank, takeWork } = begin();
    const lotOf = (part: string) => [{ lot: lotKeyOf({ kind: 'part', number: part, colour: '1' }), quantity: 2 }];
    const allLots = ['a', 'c', 'd'].map(lotOf);
    const pieces = (part: string, count: number): StockLot => ({
      ...{ holding: 'bin', part, colour: '1', quantity: count, reservedFor: null },
    });
    await rank(allLots, [pieces('a', 1), pieces('d', 1)], WIDEST);
    expect(takeWork()).to.equal(3);
    await rank(allLots, [pieces('a', 1), pieces('d', 1)], WIDEST);
    expect(takeWork()).to.equal(0);
    // A relative of a and c, which d has none of.
    await rank(allLots, [pieces('a', 1), pieces('b', 1), pieces('d', 1)], WIDEST);
    expect(takeWork()).to.equal(2);
    await rank(allLots, [pieces('a', 1), pieces('b', 1), pieces('d', 2)], WIDEST);
    expect(takeWork()).to.equal(1);
  });
});
