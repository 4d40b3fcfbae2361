import { expect } from 'chai';
import fc from 'fast-check';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { inventoryItemDecider } from './inventory-item.ts';
import type { InventoryItemEvent, InventoryItemId, Section } from './inventory-item-events.ts';
import { piecesIn, type LotKey, type LotQuantity } from './lots.ts';
import { SECTION_LOTS_MAX, sectionStatuses } from './sections.ts';
import { usableOf } from './tracked-item.ts';

const ada = 'ada' as UserId;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const subject = { itemId: 'item' as InventoryItemId, owner: ada, at };
const [red, any] = ['part:3001:4', 'part:3005:'] as LotKey[] as [LotKey, LotKey];
const of = (lot: LotKey, quantity: number): LotQuantity => ({ lot, quantity });
const itemTracked: InventoryItemEvent = {
  type: 'ItemTracked',
  data: { ...subject, source: { kind: 'loose', id: 'x' }, title: 'Hut', origin: null, lots: [of(red, 6), of(any, 2)] },
};
const section = (kind: Section['kind'], name: string, ...lots: LotQuantity[]): Section => ({ kind, name, lots });
const divide = (...sections: Section[]) => ({ type: 'DivideItem', data: { by: ada, at, sections } }) as const;
const itemDivided = (...sections: Section[]): InventoryItemEvent => ({
  type: 'ItemDivided',
  data: { ...subject, sections },
});
const partsAcquired = (entryId: string, ...lots: LotQuantity[]): InventoryItemEvent => ({
  type: 'PartsAcquired',
  data: { ...subject, entryId, lots },
});
const item = given(inventoryItemDecider);

describe('dividing an item into bags and steps', () => {
  it('replaces what it was divided into, once', () => {
    const bags = [section('bag', '1', of(red, 4)), section('bag', '2', of(red, 2), of(any, 2))];
    item(itemTracked)
      .when(divide(...bags))
      .then(itemDivided(...bags));
    item(itemTracked, itemDivided(...bags))
      .when(divide(...bags))
      .thenNothing();
    item(itemTracked, itemDivided(...bags))
      .when(divide())
      .then(itemDivided());
  });

  it('has each piece in one bag, and in one step', () => {
    const step = section('step', '1', of(red, 6));
    item(itemTracked)
      .when(divide(section('bag', '1', of(red, 6)), step))
      .then(itemDivided(section('bag', '1', of(red, 6)), step));
    item(itemTracked)
      .when(divide(section('bag', '1', of(red, 6)), section('bag', '2', of(red, 1))))
      .thenRejected('sections-exceed-needed');
  });

  it('rejects lots that the item does not have, and too many of them', () => {
    const other = of('part:9999:' as LotKey, 1);
    item(itemTracked)
      .when(divide(section('bag', '1', other)))
      .thenRejected('lot-not-found');
    const lots = Array.from({ length: SECTION_LOTS_MAX + 1 }, (_, index) => of(`part:${String(index)}:` as LotKey, 1));
    item(itemTracked)
      .when(divide(section('bag', '1', ...lots)))
      .thenRejected('too-many-lots');
  });
});

describe('the status of bags and steps', () => {
  const stateAfter = (...events: readonly InventoryItemEvent[]) => {
    const state = events.reduce(inventoryItemDecider.evolve, inventoryItemDecider.initial);
    if (state.status !== 'tracked') throw new Error(`The item is ${state.status}`);
    return state;
  };
  const summaryOf = (...events: readonly InventoryItemEvent[]) =>
    sectionStatuses(stateAfter(itemTracked, ...events)).map(
      ({ kind, name, usable, needed, percentage }) => `${kind} ${name}: ${usable}/${needed} ${percentage} %`,
    );
  const bothKinds = itemDivided(
    ...[section('step', '1', of(red, 1)), section('step', '2', of(red, 5), of(any, 2))],
    ...[section('bag', 'A', of(red, 4)), section('bag', 'B', of(red, 2))],
  );

  it('fills bags and steps from the first to the last, with pieces that are neither missing nor damaged', () => {
    expect(summaryOf(bothKinds)).to.eql([
      ...['bag A: 0/4 0 %', 'bag B: 0/2 0 %', 'step 1: 0/1 0 %', 'step 2: 0/7 0 %'],
    ]);
    const redMarked: InventoryItemEvent = {
      type: 'InventoryUpdated',
      data: { ...subject, change: {}, marks: [{ lot: red, missing: 0, damaged: 1 }] },
    };
    expect(summaryOf(bothKinds, partsAcquired('e', of(red, 6)), redMarked)).to.eql([
      ...['bag A: 4/4 100 %', 'bag B: 1/2 50 %', 'step 1: 1/1 100 %', 'step 2: 4/7 57 %'],
    ]);
  });

  it('is anew without sections when the item is tracked again', () => {
    expect(summaryOf(bothKinds, { type: 'ItemUntracked', data: subject }, itemTracked)).to.eql([]);
  });

  it('shares out every usable piece of a lot that is divided, and none twice', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, fc.nat(20), (bags, steps, count) => {
        const lots = [
          {
            ...{ lot: red, needed: 20, acquired: count, missing: 0, damaged: 0 },
          },
        ];
        const sections = [
          ...bags.map((quantity, index) => section('bag', String(index), of(red, quantity))),
          ...steps.map((quantity, index) => section('step', String(index), of(red, quantity))),
        ];
        const statuses = sectionStatuses({ lots, sections });
        for (const kind of ['bag', 'step'] as const) {
          const neededPieces = piecesIn(sections.filter((part) => part.kind === kind).flatMap((part) => part.lots));
          const usablePieces = statuses
            .filter((part) => part.kind === kind)
            .reduce((sum, { usable }) => sum + usable, 0);
          expect(usablePieces).to.equal(Math.min(neededPieces, ...lots.map(usableOf)));
        }
      }),
    );
  });
});
