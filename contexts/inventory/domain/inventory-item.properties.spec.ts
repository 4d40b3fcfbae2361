import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { inventoryItemDecider } from './inventory-item.ts';
import type { InventoryItemCommand } from './inventory-item-commands.ts';
import type { InventoryItemEvent, InventoryItemId } from './inventory-item-events.ts';
import { mergeLots, type LotKey, type LotQuantity } from './lots.ts';
import type { InventoryItem, TrackedItem } from './tracked-item.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const by = 'ada' as UserId;
const lot = fc.constantFrom('part:1:1', 'part:2:', 'set:6080-1:').map((key) => key as LotKey);
const lotsOf = (quantity: fc.Arbitrary<number>): fc.Arbitrary<LotQuantity[]> =>
  fc.array(fc.record({ lot, quantity }), { minLength: 1, maxLength: 3 });
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const marks = fc.uniqueArray(
  fc.record({ lot, missing: fc.integer({ min: 0, max: 3 }), damaged: fc.integer({ min: 0, max: 3 }) }),
  { selector: (mark) => mark.lot, maxLength: 3 },
);

const TRACK: InventoryItemCommand = {
  type: 'TrackItem',
  data: {
    ...{ itemId: 'i' as InventoryItemId, owner: by, at, source: { kind: 'loose', id: 'x' }, title: 'x', origin: null },
    lots: ['part:1:1', 'part:2:'].map((key) => ({ lot: key as LotKey, quantity: 9 })),
  },
};

const command: fc.Arbitrary<InventoryItemCommand> = fc.oneof(
  fc.constant(TRACK),
  {
    weight: 5,
    arbitrary: fc
      .record({ entryId: fc.uuid(), lots: lotsOf(fc.integer({ min: -6, max: 9 })) })
      .map((data) => ({ type: 'AcquireParts' as const, data: { ...data, by, at } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ purchaseId: id, orderId: fc.option(id), lots: lotsOf(fc.integer({ min: 1, max: 9 })) })
      .map((order) => ({
        type: 'PurchaseParts' as const,
        data: { by, at, purchase: { ...order, date: '2026-01-01', shop: 's', price: { amount: 1, currency: 'EUR' } } },
      })),
  },
  {
    weight: 2,
    arbitrary: id.map((purchaseId) => ({ type: 'ReversePurchase' as const, data: { by, at, purchaseId, reason: '' } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        marks,
        change: fc.record(
          {
            ...{ built: fc.boolean(), notes: fc.constantFrom('', 'n') },
            statedPieces: fc.option(fc.integer({ min: 0, max: 20 })),
            statedCost: fc.option(fc.constant({ amount: 1, currency: 'EUR' })),
          },
          { requiredKeys: [] },
        ),
      })
      .map((data) => ({ type: 'UpdateInventory' as const, data: { ...data, by, at } })),
  },
  fc
    .array(
      fc.record({
        kind: fc.constantFrom('bag' as const, 'step' as const),
        name: id,
        lots: lotsOf(fc.integer({ min: 1, max: 5 })),
      }),
      { maxLength: 3 },
    )
    .map((sections) => ({ type: 'DivideItem' as const, data: { by, at, sections } })),
  fc.constant({ type: 'UntrackItem' as const, data: { by, at } }),
  fc.constant({ type: 'EraseItem' as const, data: { at } }),
);

type History = { readonly item: InventoryItem; readonly events: readonly InventoryItemEvent[] };

const apply = ({ item, events }: History, next: InventoryItemCommand): History => {
  const decision = inventoryItemDecider.decide(next, item);
  if (isRejection(decision)) return { item, events };
  return { item: decision.reduce(inventoryItemDecider.evolve, item), events: [...events, ...decision] };
};

const EMPTY: History = { item: inventoryItemDecider.initial, events: [] };
const history = fc.array(command, { maxLength: 30 }).map((commands) => [TRACK, ...commands].reduce(apply, EMPTY));

const negate = (lots: readonly LotQuantity[]): readonly LotQuantity[] =>
  lots.map((entry) => ({ ...entry, quantity: -entry.quantity }));

/** What the entries since the last tracking add up to. */
const sumOfEntries = (events: readonly InventoryItemEvent[]): readonly LotQuantity[] => {
  const current = events.slice(events.findLastIndex(({ type }) => type === 'ItemTracked'));
  return mergeLots(
    current.flatMap((event) => {
      if (event.type === 'PartsAcquired') return event.data.lots;
      if (event.type === 'PartsPurchased') return event.data.acquired;
      return event.type === 'PurchaseReversed' ? negate(event.data.returned) : [];
    }),
  );
};

const acquiredLots = ({ lots }: TrackedItem): readonly LotQuantity[] =>
  mergeLots(lots.map(({ lot: key, acquired }) => ({ lot: key, quantity: acquired })));

const byLot = (lots: readonly LotQuantity[]) => lots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1));

describe('properties of an inventory item', () => {
  it('acquires at most what is needed, and marks at most what is acquired, under any order of commands', () => {
    fc.assert(
      fc.property(history, ({ item }) => {
        fc.pre(item.status === 'tracked');
        for (const { needed, acquired, missing, damaged } of item.lots) {
          expect(acquired).to.be.at.most(needed);
          expect(missing + damaged).to.be.at.most(acquired);
          expect(Math.min(missing, damaged)).to.be.at.least(0);
        }
      }),
    );
  });

  it('has exactly the pieces that its entries add up to', () => {
    fc.assert(
      fc.property(history, ({ item, events }) => {
        fc.pre(item.status === 'tracked');
        expect(byLot(acquiredLots(item))).to.deep.equal(byLot(sumOfEntries(events)));
      }),
    );
  });

  it('changes nothing when an accepted command is repeated', () => {
    fc.assert(
      fc.property(history, command, (before, next) => {
        fc.pre(!isRejection(inventoryItemDecider.decide(next, before.item)));
        expect(inventoryItemDecider.decide(next, apply(before, next).item)).to.deep.equal([]);
      }),
    );
  });
});
