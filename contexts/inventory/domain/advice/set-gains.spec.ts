import { expect } from 'chai';
import { checkProgressOf } from '../buildability/buildability.ts';
import { choiceFinder } from '../buildability/choices.ts';
import type { NeededLot, StockLot } from '../buildability/needs.ts';
import { relationGraph } from '../buildability/part-relations.ts';
import { stockPool } from '../buildability/stock-pool.ts';
import { EXACT, type Tolerance } from '../buildability/tolerance.ts';
import { lotKeyOf, type ItemKind } from '../lots.ts';
import { gainOfSet } from './set-gains.ts';

const MOULDS: Tolerance = { relations: ['mould'], colour: 'same' };
const substitutes = {
  graph: relationGraph([{ relation: 'mould', part: '4085a', otherPart: '4085d' }]),
  families: new Map<string, string>(),
};
const lot = (part: string, quantity: number, tolerance: Tolerance = EXACT): NeededLot => ({
  ...{ lotId: `${part} ${String(quantity)}`, part, colour: '4', quantity, hidden: false, tolerance },
});
const stockOf = (part: string, quantity: number): StockLot => ({
  ...{ holding: 'bin', part, colour: '4', quantity, reservedFor: null },
});
const inSet = (number: string, quantity: number, kind: ItemKind = 'part') => ({
  ...{ lot: lotKeyOf({ kind, number, colour: kind === 'part' ? '4' : null }), quantity },
});
const gainFor = (lots: readonly NeededLot[], stock: readonly StockLot[], contents: Parameters<typeof gainOfSet>[2]) => {
  const lists = [{ listId: 'crane', lots, tolerance: EXACT, hiddenTolerance: EXACT }];
  const pool = stockPool(stock);
  const before = checkProgressOf(lists, { pool, find: choiceFinder(pool, substitutes) });
  const { pieces, percentage, progress } = gainOfSet({ lists, stock, substitutes }, before, contents);
  return { pieces, percentage, available: progress.pieces.available };
};

describe('asking what one more set would bring', () => {
  it('given a set with more than is missing, counts what is missing only', () => {
    expect(gainFor([lot('3001', 10)], [stockOf('3001', 4)], [inSet('3001', 100)])).to.eql({
      ...{ pieces: 6, percentage: 100, available: 10 },
    });
  });

  it('given a set with some of it, rounds the share of the missing pieces down', () => {
    expect(gainFor([lot('3001', 3)], [], [inSet('3001', 2), inSet('3002', 9)])).to.eql({
      ...{ pieces: 2, percentage: 66, available: 2 },
    });
  });

  it('given nothing missing, brings nothing', () => {
    expect(gainFor([lot('3001', 3)], [stockOf('3001', 3)], [inSet('3001', 2)])).to.eql({
      ...{ pieces: 0, percentage: 0, available: 3 },
    });
  });

  it('given a piece of the set that leaves an owned one to another lot, counts that lot', () => {
    const lots = [lot('4085a', 1, MOULDS), lot('4085d', 1)];
    expect(gainFor(lots, [stockOf('4085d', 1)], [inSet('4085a', 1)])).to.include({ pieces: 1, available: 2 });
  });

  it('given a minifig that stays sealed, counts it for a lot that needs it whole', () => {
    const minifig: NeededLot = { ...lot('minifig:fig-000001', 1), colour: null };
    expect(gainFor([minifig], [], [inSet('fig-000001', 1, 'minifig')])).to.include({ pieces: 1 });
  });
});
