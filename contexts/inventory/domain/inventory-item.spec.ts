import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import { inventoryItemDecider, LOTS_MAX } from './inventory-item.ts';
import type { InventoryItemCommand } from './inventory-item-commands.ts';
import type { InventoryItemEvent, InventoryItemId, ItemChange, LotMark, Purchase } from './inventory-item-events.ts';
import { lotKeyOf, pieceOf, type LotKey, type LotQuantity } from './lots.ts';
import { actualCosts, countPieces, isPurchased } from './tracked-item.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const itemId = 'item' as InventoryItemId;
const at = '2026-01-01T12:00:00.000Z' as Instant;
const red = lotKeyOf({ kind: 'part', number: '3001', colour: '4' });
const any = lotKeyOf({ kind: 'part', number: '3005:a', colour: null });
const source = { kind: 'set', id: '6080-1' } as const;
const subject = { itemId, owner: ada, at };
const of = (lot: LotKey, quantity: number): LotQuantity => ({ lot, quantity });

const track = {
  type: 'TrackItem',
  data: { ...subject, source, title: 'Castle', origin: null, lots: [of(red, 6), of(any, 2)] },
} as const;
const tracked: InventoryItemEvent = { ...track, type: 'ItemTracked' };
const acquire = (entryId: string, ...lots: LotQuantity[]): InventoryItemCommand => ({
  type: 'AcquireParts',
  data: { by: ada, at, entryId, lots },
});
const acquired = (entryId: string, ...lots: LotQuantity[]): InventoryItemEvent => ({
  type: 'PartsAcquired',
  data: { ...subject, entryId, lots },
});
const status = (percentage: number, built = false): InventoryItemEvent => ({
  type: 'BuildStatusChanged',
  data: { ...subject, source, percentage, built },
});
const purchase = (purchaseId: string, orderId: string | null, ...lots: LotQuantity[]): Purchase => ({
  ...{ purchaseId, date: '2026-01-01', shop: 'Bricks', orderId, price: { amount: 500, currency: 'EUR' }, lots },
});
const buy = (bought: Purchase): InventoryItemCommand => ({
  type: 'PurchaseParts',
  data: { by: ada, at, purchase: bought },
});
const bought = (content: Purchase, ...taken: LotQuantity[]): InventoryItemEvent => ({
  type: 'PartsPurchased',
  data: { ...subject, purchase: content, acquired: taken },
});
const reverse = (purchaseId: string): InventoryItemCommand => ({
  type: 'ReversePurchase',
  data: { by: ada, at, purchaseId, reason: '' },
});
const reversed = (purchaseId: string, ...returned: LotQuantity[]): InventoryItemEvent => ({
  type: 'PurchaseReversed',
  data: { ...subject, purchaseId, reason: '', returned },
});
const update = (change: ItemChange, ...marks: LotMark[]): InventoryItemCommand => ({
  type: 'UpdateInventory',
  data: { by: ada, at, change, marks },
});
const updated = (change: ItemChange, ...marks: LotMark[]): InventoryItemEvent => ({
  type: 'InventoryUpdated',
  data: { ...subject, change, marks },
});
const item = given(inventoryItemDecider);

const stateAfter = (...events: readonly InventoryItemEvent[]) => {
  const state = events.reduce(inventoryItemDecider.evolve, inventoryItemDecider.initial);
  if (state.status !== 'tracked') throw new Error(`The item is ${state.status}`);
  return state;
};

describe('tracking a source', () => {
  it('tracks it once', () => {
    item().when(track).then(tracked);
    item(tracked).when(track).thenNothing();
  });

  it('rejects other lots for a tracked source, and more than 10,000 lots', () => {
    const other = { ...track, data: { ...track.data, lots: [of(red, 1)] } };
    item(tracked).when(other).thenRejected('item-already-tracked');
    const lots = Array.from({ length: LOTS_MAX + 1 }, (_, index) => of(`part:${String(index)}:` as LotKey, 1));
    item()
      .when({ ...track, data: { ...track.data, lots } })
      .thenRejected('too-many-lots');
  });

  it('ends for its owner only, once, and begins anew without the earlier entries', () => {
    const untrack = (by: UserId) => ({ type: 'UntrackItem', data: { by, at } }) as const;
    const untracked: InventoryItemEvent = { type: 'ItemUntracked', data: subject };
    item(tracked).when(untrack(bob)).thenRejected('item-not-found');
    item(tracked).when(untrack(ada)).then(untracked);
    item(tracked, untracked).when(untrack(ada)).thenNothing();
    item(tracked, untracked).when(untrack(bob)).thenRejected('item-not-found');
    item(tracked, acquired('e', of(red, 3)), untracked)
      .when(track)
      .then(tracked);
  });

  it('rejects every command of an erased owner', () => {
    const erased: InventoryItemEvent = { type: 'ItemErased', data: { at } };
    item(tracked).when({ type: 'EraseItem', data: { at } }).then(erased);
    item(erased).when({ type: 'EraseItem', data: { at } }).thenNothing();
    for (const command of [track, acquire('e', of(red, 1))])
      item(tracked, erased).when(command).thenRejected('owner-erased');
  });
});

describe('acquiring parts', () => {
  it('adds them, once for each entry, and says what can be built', () => {
    item(tracked)
      .when(acquire('e', of(red, 3)))
      .then(acquired('e', of(red, 3)), status(37));
    item(tracked, acquired('e', of(red, 3)))
      .when(acquire('e', of(red, 3)))
      .thenNothing();
  });

  it('reaches 100 % with the last piece only', () => {
    item(tracked, acquired('e', of(red, 6), of(any, 1)))
      .when(acquire('f', of(any, 1)))
      .then(acquired('f', of(any, 1)), status(100));
  });

  it('rejects more than is needed, less than nothing, a lot that the item has not, and the whole entry with it', () => {
    item(tracked)
      .when(acquire('e', of(red, 1), of(any, 3)))
      .thenRejected('acquired-exceeds-needed');
    item(tracked)
      .when(acquire('e', of(red, 4), of(red, 4)))
      .thenRejected('acquired-exceeds-needed');
    item(tracked)
      .when(acquire('e', of(any, -1)))
      .thenRejected('acquired-below-marked');
    item(tracked)
      .when(acquire('e', of('part:1:1' as LotKey, 1)))
      .thenRejected('lot-not-found');
  });

  it('takes pieces back by a counter-entry', () => {
    item(tracked, acquired('e', of(red, 6)))
      .when(acquire('f', of(red, -6)))
      .then(acquired('f', of(red, -6)), status(0));
  });

  it('is refused to others as if the item did not exist', () => {
    item(tracked)
      .when({ type: 'AcquireParts', data: { by: bob, at, entryId: 'e', lots: [of(red, 1)] } })
      .thenRejected('item-not-found');
  });
});

describe('purchasing parts', () => {
  const order = purchase('p', '4711', of(red, 8));

  it('takes what the item needs and keeps the surplus on record', () => {
    item(tracked, acquired('e', of(red, 2)))
      .when(buy(order))
      .then(bought(order, of(red, 4)), status(75));
  });

  it('records an order of a shop once, under whatever id it comes', () => {
    item(tracked, bought(order, of(red, 6)))
      .when(buy(order))
      .thenNothing();
    item(tracked, bought(order, of(red, 6)))
      .when(buy({ ...order, purchaseId: 'q' }))
      .thenNothing();
  });

  it('rejects other content for a recorded order, until that purchase is reversed', () => {
    const corrected = purchase('q', '4711', of(red, 5));
    item(tracked, bought(order, of(red, 6)))
      .when(buy(corrected))
      .thenRejected('purchase-already-recorded');
    item(tracked, bought(order, of(red, 6)), reversed('p', of(red, 6)))
      .when(buy(corrected))
      .then(bought(corrected, of(red, 5)), status(62));
  });

  it('reverses once, and returns no piece that was taken back before', () => {
    const history = [tracked, bought(order, of(red, 6)), acquired('e', of(red, -2))];
    item(...history)
      .when(reverse('p'))
      .then(reversed('p', of(red, 4)), status(0));
    item(...history, reversed('p', of(red, 4)))
      .when(reverse('p'))
      .thenNothing();
    item(...history)
      .when(reverse('unknown'))
      .thenRejected('purchase-not-found');
  });

  it('adds up what was paid by currency, without reversed purchases', () => {
    const dollars = { ...purchase('q', null), price: { amount: 99, currency: 'USD' } };
    const both = [tracked, bought(order), bought(dollars), bought(purchase('r', null))];
    expect(actualCosts(stateAfter(...both))).to.deep.equal([
      { amount: 1000, currency: 'EUR' },
      { amount: 99, currency: 'USD' },
    ]);
    expect(isPurchased(stateAfter(tracked, bought(order), reversed('p')))).to.equal(false);
  });
});

describe('updating an inventory item', () => {
  const marked = { lot: red, missing: 1, damaged: 2 };

  it('counts missing and damaged pieces as not usable', () => {
    const history = [tracked, acquired('e', of(red, 6))];
    item(...history)
      .when(update({}, marked))
      .then(updated({}, marked), status(37));
    expect(countPieces(stateAfter(...history, updated({}, marked)))).to.deep.equal({
      needed: 8,
      acquired: 6,
      usable: 3,
    });
    item(...history, updated({}, marked))
      .when(update({}, marked))
      .thenNothing();
  });

  it('rejects marks beyond what was acquired, and taking marked pieces back', () => {
    item(tracked).when(update({}, marked)).thenRejected('marked-exceeds-acquired');
    item(tracked, acquired('e', of(red, 3)), updated({}, marked))
      .when(acquire('f', of(red, -1)))
      .thenRejected('acquired-below-marked');
    item(tracked)
      .when(update({}, { ...marked, lot: 'part:1:1' as LotKey }))
      .thenRejected('lot-not-found');
  });

  it('changes what is given, announces building, and does nothing the second time', () => {
    const change = { notes: 'Bag 3', built: true, costEstimate: { amount: 1, currency: 'EUR' } };
    item(tracked).when(update(change)).then(updated(change), status(0, true));
    item(tracked, updated(change)).when(update(change)).thenNothing();
    item(tracked, updated(change))
      .when(update({ costEstimate: null }))
      .then(updated({ costEstimate: null }));
  });
});

describe('naming lots', () => {
  it('reads from a key the piece that it was made of, also when the number has a colon', () => {
    expect(pieceOf(red)).to.deep.equal({ kind: 'part', number: '3001', colour: '4' });
    expect(pieceOf(any)).to.deep.equal({ kind: 'part', number: '3005:a', colour: null });
  });
});
