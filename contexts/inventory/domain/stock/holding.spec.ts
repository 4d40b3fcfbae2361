import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { lotKeyOf, type LotKey, type LotQuantity } from '../lots.ts';
import { entriesOf } from '../persistent-map.ts';
import { HOLDING_LOTS_MAX, holdingDecider } from './holding.ts';
import type { HoldingCommand } from './holding-commands.ts';
import type { HoldingEvent, HoldingId, Place } from './holding-events.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const at = '2026-01-01T12:00:00.000Z' as Instant;
const red = lotKeyOf({ kind: 'part', number: '3001', colour: '4' });
const castle = lotKeyOf({ kind: 'set', number: '6080-1', colour: null });
const bin: Place = { holdingId: 'bin' as HoldingId, location: 'Bin 7' };
const shelf: Place = { holdingId: 'shelf' as HoldingId, location: null };
const of = (lot: LotKey, quantity: number): LotQuantity => ({ lot, quantity });

const entry = (entryId: string, ...lots: LotQuantity[]) => ({ by: ada, at, entryId, reason: '', lots });
const recordedEntry = (entryId: string, ...lots: LotQuantity[]) => ({
  ...{ holdingId: bin.holdingId, owner: ada, at, entryId, reason: '', lots },
});
const enter = (entryId: string, ...lots: LotQuantity[]): HoldingCommand => ({
  type: 'EnterStock',
  data: { ...entry(entryId, ...lots), place: bin, day: null },
});
const holdingOpened: HoldingEvent = { type: 'HoldingOpened', data: { ...bin, owner: ada, at } };
const stockEntered = (entryId: string, ...lots: LotQuantity[]): HoldingEvent => ({
  type: 'StockEntered',
  data: { ...recordedEntry(entryId, ...lots), day: null },
});
const correct = (entryId: string, ...lots: LotQuantity[]): HoldingCommand => ({
  type: 'CorrectStock',
  data: { ...entry(entryId, ...lots), place: bin },
});
const send = (entryId: string, ...lots: LotQuantity[]): HoldingCommand => ({
  type: 'SendStock',
  data: { ...entry(entryId, ...lots), to: shelf },
});
const stockMovedOut = (entryId: string, ...lots: LotQuantity[]): HoldingEvent => ({
  type: 'StockMovedOut',
  data: { ...recordedEntry(entryId, ...lots), to: shelf },
});
const close = (entryId: string, hasArrived: boolean): HoldingCommand => ({
  type: 'CloseMove',
  data: { by: ada, at, entryId, hasArrived },
});
const reverse = (reversedEntryId: string, partially: boolean, ...lots: LotQuantity[]): HoldingCommand => ({
  type: 'ReverseEntry',
  data: { ...entry(`reversal of ${reversedEntryId}`, ...lots), reversedEntryId, partially },
});
const entryReversed = (reversedEntryId: string, ...lots: LotQuantity[]): HoldingEvent => ({
  type: 'EntryReversed',
  data: { ...recordedEntry(`reversal of ${reversedEntryId}`, ...lots), reversedEntryId },
});
const holding = given(holdingDecider);

const lotsAfter = (...events: readonly HoldingEvent[]) => {
  const state = events.reduce(holdingDecider.evolve, holdingDecider.initial);
  if (state.status !== 'open') throw new Error(`The holding is ${state.status}`);
  return Object.fromEntries(entriesOf(state.lots));
};

describe('putting pieces into a place', () => {
  it('opens the place with the first entry, sums lots of the same piece, and records a repeated entry once', () => {
    const sum = stockEntered('1', of(red, 5), of(castle, 1));
    holding()
      .when(enter('1', of(red, 2), of(castle, 1), of(red, 3)))
      .then(holdingOpened, sum);
    holding(holdingOpened, sum)
      .when(enter('1', of(red, 2)))
      .thenNothing();
    expect(lotsAfter(holdingOpened, sum, stockEntered('2', of(red, -5)))).to.deep.equal({ [castle]: 1 });
  });

  it('rejects taking more than is there, with all other lots of the entry', () => {
    holding()
      .when(enter('1', of(red, -1)))
      .thenRejected('not-enough-pieces');
    holding(holdingOpened, stockEntered('1', of(red, 2)))
      .when(enter('2', of(castle, 1), of(red, -3)))
      .thenRejected('not-enough-pieces');
  });

  it('rejects lot 20,001, and takes it when another lot leaves', () => {
    const lots = Array.from({ length: HOLDING_LOTS_MAX }, (_, index) => of(`part:${String(index)}:` as LotKey, 1));
    const full = holding(holdingOpened, stockEntered('1', ...lots));
    full.when(enter('2', of(red, 1))).thenRejected('holding-full');
    const exchange = [of(red, 1), of('part:0:' as LotKey, -1)];
    full.when(enter('2', ...exchange)).then(stockEntered('2', ...exchange));
  });

  it("rejects everything for someone else's place, and after an erasure", () => {
    const foreign = {
      type: 'EnterStock',
      data: { ...entry('2', of(red, 1)), by: bob, place: bin, day: null },
    } as const;
    holding(holdingOpened).when(foreign).thenRejected('holding-not-found');
    const holdingErased: HoldingEvent = { type: 'HoldingErased', data: { at } };
    holding(holdingOpened).when({ type: 'EraseHolding', data: { at } }).then(holdingErased);
    holding(holdingOpened, holdingErased).when({ type: 'EraseHolding', data: { at } }).thenNothing();
    holding(holdingOpened, holdingErased)
      .when(enter('1', of(red, 1)))
      .thenRejected('owner-erased');
  });
});

describe('counting the pieces of a place', () => {
  it('records the differences, and nothing when the count is right', () => {
    const before = [holdingOpened, stockEntered('1', of(red, 5), of(castle, 1))];
    holding(...before)
      .when(correct('2', of(red, 3), of(castle, 1)))
      .then({ type: 'StockCorrected', data: recordedEntry('2', of(red, -2)) });
    holding(...before)
      .when(correct('2', of(red, 5)))
      .thenNothing();
    holding()
      .when(correct('1', of(red, 0)))
      .thenNothing();
  });
});

describe('moving pieces to another place', () => {
  const before = [holdingOpened, stockEntered('1', of(red, 5))];

  it('takes them out, and rejects more than are there', () => {
    holding(...before)
      .when(send('m', of(red, 2)))
      .then(stockMovedOut('m', of(red, 2)));
    holding(...before)
      .when(send('m', of(red, 6)))
      .thenRejected('not-enough-pieces');
    holding()
      .when(send('m', of(red, 1)))
      .thenRejected('holding-not-found');
    expect(lotsAfter(...before, stockMovedOut('m', of(red, 5)))).to.deep.equal({});
  });

  it('ends when they have arrived, once', () => {
    const moveCompleted: HoldingEvent = {
      type: 'MoveCompleted',
      data: { holdingId: bin.holdingId, owner: ada, at, entryId: 'm' },
    };
    const historyWithMove = [...before, stockMovedOut('m', of(red, 2))];
    holding(...historyWithMove)
      .when(close('m', true))
      .then(moveCompleted);
    holding(...historyWithMove, moveCompleted)
      .when(close('m', true))
      .thenNothing();
    holding(...historyWithMove, moveCompleted)
      .when(close('m', false))
      .thenNothing();
  });

  it('brings them back when they were not taken', () => {
    const data = { ...recordedEntry('m returned', of(red, 2)), returnedEntryId: 'm' };
    const moveReturned: HoldingEvent = { type: 'MoveReturned', data };
    const historyWithMove = [...before, stockMovedOut('m', of(red, 2))];
    holding(...historyWithMove)
      .when(close('m', false))
      .then(moveReturned);
    holding(...historyWithMove, moveReturned)
      .when(close('m', false))
      .thenNothing();
    expect(lotsAfter(...historyWithMove, moveReturned)).to.deep.equal({ [red]: 5 });
  });
});

describe('reversing an entry', () => {
  const before = [holdingOpened, stockEntered('1', of(red, 5)), stockEntered('2', of(red, -3))];

  it('rejects it while its pieces are not there, and takes what is there when asked to', () => {
    holding(...before)
      .when(reverse('1', false, of(red, 5)))
      .thenRejected('not-enough-pieces');
    holding(...before)
      .when(reverse('1', true, of(red, 5)))
      .then(entryReversed('1', of(red, -2)));
  });

  it('puts back what an entry had taken, once', () => {
    holding(...before)
      .when(reverse('2', false, of(red, -3)))
      .then(entryReversed('2', of(red, 3)));
    holding(...before, entryReversed('2', of(red, 3)))
      .when(reverse('2', false, of(red, -3)))
      .thenNothing();
  });
});
