import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { LotKey, LotQuantity } from '../lots.ts';
import { entriesOf } from '../persistent-map.ts';
import { holdingDecider } from './holding.ts';
import type { HoldingCommand } from './holding-commands.ts';
import type { HoldingEvent, HoldingId, Place } from './holding-events.ts';
import { additionsOf, type Holding } from './open-holding.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const by = 'ada' as UserId;
const PLACES = ['a', 'b', 'c'].map((name): Place => ({ holdingId: name as HoldingId, location: name }));
const place = fc.constantFrom(...PLACES);
const lot = fc.constantFrom('part:1:1', 'part:2:', 'set:6080-1:').map((key) => key as LotKey);
const lotsOf = (quantity: fc.Arbitrary<number>): fc.Arbitrary<LotQuantity[]> =>
  fc.array(fc.record({ lot, quantity }), { minLength: 1, maxLength: 3 });
const entry = (quantity: fc.Arbitrary<number>) =>
  fc.record({ entryId: fc.uuid(), lots: lotsOf(quantity) }).map((data) => ({ ...data, by, at, reason: '' }));

type Step =
  | { readonly kind: 'command'; readonly place: Place; readonly command: HoldingCommand }
  | {
      readonly kind: 'move';
      readonly from: Place;
      readonly to: Place;
      readonly entryId: string;
      readonly lots: LotQuantity[];
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(place, entry(fc.integer({ min: -9, max: 9 }))).map(([at_, data]): Step => ({
    ...{ kind: 'command', place: at_, command: { type: 'EnterStock', data: { ...data, place: at_, day: null } } },
  })),
  fc.tuple(place, entry(fc.integer({ min: 0, max: 9 }))).map(([at_, data]): Step => ({
    ...{ kind: 'command', place: at_, command: { type: 'CorrectStock', data: { ...data, place: at_ } } },
  })),
  fc
    .record({ from: place, to: place, entryId: fc.uuid(), lots: lotsOf(fc.integer({ min: 1, max: 5 })) })
    .map((move): Step => ({ kind: 'move', ...move })),
);

type World = { readonly holdings: Map<string, Holding>; readonly events: HoldingEvent[] };

/** Whether the place accepted the command; its events are recorded. */
const accept = ({ holdings, events }: World, { holdingId }: Place, command: HoldingCommand): boolean => {
  const before = holdings.get(holdingId) ?? holdingDecider.initial;
  const decision = holdingDecider.decide(command, before);
  if (isRejection(decision)) return false;
  events.push(...decision);
  holdings.set(holdingId, decision.reduce(holdingDecider.evolve, before));
  return true;
};

const takeStep = (world: World, next: Step): void => {
  if (next.kind === 'command') {
    accept(world, next.place, next.command);
    return;
  }
  const { from, to, entryId, lots } = next;
  const data = { by, at, entryId, reason: '', lots };
  if (from === to || !accept(world, from, { type: 'SendStock', data: { ...data, to } })) return;
  accept(world, to, { type: 'ReceiveStock', data: { ...data, place: to, from } });
  accept(world, from, { type: 'CloseMove', data: { by, at, entryId, hasArrived: true } });
};

const after = (steps: readonly Step[]): World => {
  const world: World = { holdings: new Map(), events: [] };
  for (const next of steps) takeStep(world, next);
  return world;
};

const quantitiesIn = (holdings: Iterable<Holding>): readonly LotQuantity[] =>
  [...holdings].flatMap((holding) =>
    holding.status === 'open' ? [...entriesOf(holding.lots)].map(([key, quantity]) => ({ lot: key, quantity })) : [],
  );

const sums = (lots: readonly LotQuantity[]): Record<string, number> => {
  const result: Record<string, number> = {};
  for (const { lot: key, quantity } of lots) result[key] = (result[key] ?? 0) + quantity;
  return Object.fromEntries(Object.entries(result).filter(([, quantity]) => quantity !== 0));
};

const history = fc.array(step, { maxLength: 30 });

describe('properties of the places of one owner', () => {
  it('have exactly the pieces that came in, left or were corrected: moves add and lose nothing', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { holdings, events } = after(steps);
        const outer = events.flatMap((event) =>
          event.type === 'StockEntered' || event.type === 'StockCorrected' ? additionsOf(event) : [],
        );
        expect(sums(quantitiesIn(holdings.values()))).to.deep.equal(sums(outer));
      }),
    );
  });

  it('never have fewer than no pieces, and keep no empty lots', () => {
    fc.assert(
      fc.property(history, (steps) => {
        for (const { quantity } of quantitiesIn(after(steps).holdings.values())) expect(quantity).to.be.above(0);
      }),
    );
  });

  it('are the same when every step is taken twice', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const twice = after(steps.flatMap((next) => [next, next]));
        expect(sums(quantitiesIn(twice.holdings.values()))).to.deep.equal(
          sums(quantitiesIn(after(steps).holdings.values())),
        );
      }),
    );
  });

  it('are as before when all entries of a place are reversed from the last to the first', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = after(steps.filter(({ kind }) => kind === 'command'));
        for (const event of world.events.toReversed()) {
          if (event.type !== 'StockEntered' && event.type !== 'StockCorrected') continue;
          const { holdingId, entryId } = event.data;
          const data = { by, at, entryId: `-${entryId}`, reason: '', reversedEntryId: entryId, partially: false };
          const command = { type: 'ReverseEntry', data: { ...data, lots: additionsOf(event) } } as const;
          expect(accept(world, { holdingId, location: null }, command)).to.equal(true);
        }
        expect(quantitiesIn(world.holdings.values())).to.deep.equal([]);
      }),
    );
  });
});
