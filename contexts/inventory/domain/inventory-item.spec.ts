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
const itemTracked: InventoryItemEvent = { ...track, type: 'ItemTracked' };
const acquire = (entryId: string, ...lots: LotQuantity[]): InventoryItemCommand => ({
  type: 'AcquireParts',
  data: { by: ada, at, entryId, lots },
});
const partsAcquired = (entryId: string, ...lots: LotQuantity[]): InventoryItemEvent => ({
  type: 'PartsAcquired',
  data: { ...subject, entryId, lots },
});
const status = (percentage: number, isBuilt = false): InventoryItemEvent => ({
  type: 'BuildStatusChanged',
  data: { ...subject, source, percentage, built: isBuilt },
});
const purchase = (purchaseId: string, orderId: string | null, ...lots: LotQuantity[]): Purchase => ({
  ...{ purchaseId, date: '2026-01-01', shop: 'Bricks', orderId, price: { amount: 500, currency: 'EUR' }, lots },
});
const buy = (content: Purchase): InventoryItemCommand => ({
  type: 'PurchaseParts',
  data: { by: ada, at, purchase: content },
});
const partsPurchased = (content: Purchase, ...lots: LotQuantity[]): InventoryItemEvent => ({
  type: 'PartsPurchased',
  data: { ...subject, purchase: content, acquired: lots },
});
const reverse = (purchaseId: string): InventoryItemCommand => ({
  type: 'ReversePurchase',
  data: { by: ada, at, purchaseId, reason: '' },
});
const purchaseReversed = (purchaseId: string, ...lots: LotQuantity[]): InventoryItemEvent => ({
  type: 'PurchaseReversed',
  data: { ...subject, purchaseId, reason: '', returned: lots },
});
const update = (change: ItemChange, ...marks: LotMark[]): InventoryItemCommand => ({
  type: 'UpdateInventory',
  data: { by: ada, at, change, marks },
});
const inventoryUpdated = (change: ItemChange, ...marks: LotMark[]): InventoryItemEvent => ({
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
    item().when(track).then(itemTracked);
    item(itemTracked).when(track).thenNothing();
  });

  it('rejects other lots for a tracked source, and more than 10,000 lots', () => {
    const other = { ...track, data: { ...track.data, lots: [of(red, 1)] } };
    item(itemTracked).when(other).thenRejected('item-already-tracked');
    const lots = Array.from({ length: LOTS_MAX + 1 }, (_, index) => of(`part:${String(index)}:` as LotKey, 1));
    item()
      .when({ ...track, data: { ...track.data, lots } })
      .thenRejected('too-many-lots');
  });

  it('ends for its owner only, once, and begins anew without the earlier entries', () => {
    const untrack = (by: UserId) => ({ type: 'UntrackItem', data: { by, at } }) as const;
    const itemUntracked: InventoryItemEvent = { type: 'ItemUntracked', data: subject };
    item(itemTracked).when(untrack(bob)).thenRejected('item-not-found');
    item(itemTracked).when(untrack(ada)).then(itemUntracked);
    item(itemTracked, itemUntracked).when(untrack(ada)).thenNothing();
    item(itemTracked, itemUntracked).when(untrack(bob)).thenRejected('item-not-found');
    item(itemTracked, partsAcquired('e', of(red, 3)), itemUntracked)
      .when(track)
      .then(itemTracked);
  });

  it('rejects every command of an erased owner', () => {
    const itemErased: InventoryItemEvent = { type: 'ItemErased', data: { at } };
    item(itemTracked).when({ type: 'EraseItem', data: { at } }).then(itemErased);
    item(itemErased).when({ type: 'EraseItem', data: { at } }).thenNothing();
    for (const command of [track, acquire('e', of(red, 1))])
      item(itemTracked, itemErased).when(command).thenRejected('owner-erased');
  });
});

describe('acquiring parts', () => {
  it('adds them, once for each entry, and says what can be built', () => {
    item(itemTracked)
      .when(acquire('e', of(red, 3)))
      .then(partsAcquired('e', of(red, 3)), status(37));
    item(itemTracked, partsAcquired('e', of(red, 3)))
      .when(acquire('e', of(red, 3)))
      .thenNothing();
  });

  it('reaches 100 % with the last piece only', () => {
    item(itemTracked, partsAcquired('e', of(red, 6), of(any, 1)))
      .when(acquire('f', of(any, 1)))
      .then(partsAcquired('f', of(any, 1)), status(100));
  });

  it('rejects more than is needed, less than nothing, a lot that the item has not, and the whole entry with it', () => {
    item(itemTracked)
      .when(acquire('e', of(red, 1), of(any, 3)))
      .thenRejected('acquired-exceeds-needed');
    item(itemTracked)
      .when(acquire('e', of(red, 4), of(red, 4)))
      .thenRejected('acquired-exceeds-needed');
    item(itemTracked)
      .when(acquire('e', of(any, -1)))
      .thenRejected('acquired-below-marked');
    item(itemTracked)
      .when(acquire('e', of('part:1:1' as LotKey, 1)))
      .thenRejected('lot-not-found');
  });

  it('takes pieces back by a counter-entry', () => {
    item(itemTracked, partsAcquired('e', of(red, 6)))
      .when(acquire('f', of(red, -6)))
      .then(partsAcquired('f', of(red, -6)), status(0));
  });

  it('is refused to others as if the item did not exist', () => {
    item(itemTracked)
      .when({ type: 'AcquireParts', data: { by: bob, at, entryId: 'e', lots: [of(red, 1)] } })
      .thenRejected('item-not-found');
  });
});

describe('purchasing parts', () => {
  const order = purchase('p', '4711', of(red, 8));

  it('takes what the item needs and keeps the surplus on record', () => {
    item(itemTracked, partsAcquired('e', of(red, 2)))
      .when(buy(order))
      .then(partsPurchased(order, of(red, 4)), status(75));
  });

  it('records an order of a shop once, under whatever id it comes', () => {
    item(itemTracked, partsPurchased(order, of(red, 6)))
      .when(buy(order))
      .thenNothing();
    item(itemTracked, partsPurchased(order, of(red, 6)))
      .when(buy({ ...order, purchaseId: 'q' }))
      .thenNothing();
  });

  it('rejects other content for a recorded order, until that purchase is reversed', () => {
    const correction = purchase('q', '4711', of(red, 5));
    item(itemTracked, partsPurchased(order, of(red, 6)))
      .when(buy(correction))
      .thenRejected('purchase-already-recorded');
    item(itemTracked, partsPurchased(order, of(red, 6)), purchaseReversed('p', of(red, 6)))
      .when(buy(correction))
      .then(partsPurchased(correction, of(red, 5)), status(62));
  });

  it('reverses once, and returns no piece that was taken back before', () => {
    const history = [itemTracked, partsPurchased(order, of(red, 6)), partsAcquired('e', of(red, -2))];
    item(...history)
      .when(reverse('p'))
      .then(purchaseReversed('p', of(red, 4)), status(0));
    item(...history, purchaseReversed('p', of(red, 4)))
      .when(reverse('p'))
      .thenNothing();
    item(...history)
      .when(reverse('unknown'))
      .thenRejected('purchase-not-found');
  });

  it('adds up what was paid by currency, without reversed purchases', () => {
    const dollars = { ...purchase('q', null), price: { amount: 99, currency: 'USD' } };
    const events = [itemTracked, partsPurchased(order), partsPurchased(dollars), partsPurchased(purchase('r', null))];
    expect(actualCosts(stateAfter(...events))).to.deep.equal([
      { amount: 1000, currency: 'EUR' },
      { amount: 99, currency: 'USD' },
    ]);
    expect(isPurchased(stateAfter(itemTracked, partsPurchased(order), purchaseReversed('p')))).to.equal(false);
  });
});

describe('updating an inventory item', () => {
  const mark = { lot: red, missing: 1, damaged: 2 };

  it('counts missing and damaged pieces as not usable', () => {
    const history = [itemTracked, partsAcquired('e', of(red, 6))];
    item(...history)
      .when(update({}, mark))
      .then(inventoryUpdated({}, mark), status(37));
    expect(countPieces(stateAfter(...history, inventoryUpdated({}, mark)))).to.deep.equal({
      needed: 8,
      acquired: 6,
      usable: 3,
    });
    item(...history, inventoryUpdated({}, mark))
      .when(update({}, mark))
      .thenNothing();
  });

  it('rejects marks beyond what was acquired, and taking marked pieces back', () => {
    item(itemTracked).when(update({}, mark)).thenRejected('marked-exceeds-acquired');
    item(itemTracked, partsAcquired('e', of(red, 3)), inventoryUpdated({}, mark))
      .when(acquire('f', of(red, -1)))
      .thenRejected('acquired-below-marked');
    item(itemTracked)
      .when(update({}, { ...mark, lot: 'part:1:1' as LotKey }))
      .thenRejected('lot-not-found');
  });

  it('changes what is given, announces building, and does nothing the second time', () => {
    const change = { notes: 'Bag 3', built: true, costEstimate: { amount: 1, currency: 'EUR' } };
    item(itemTracked).when(update(change)).then(inventoryUpdated(change), status(0, true));
    item(itemTracked, inventoryUpdated(change)).when(update(change)).thenNothing();
    item(itemTracked, inventoryUpdated(change))
      .when(update({ costEstimate: null }))
      .then(inventoryUpdated({ costEstimate: null }));
  });
});

describe('naming lots', () => {
  it('reads from a key the piece that it was made of, also when the number has a colon', () => {
    expect(pieceOf(red)).to.deep.equal({ kind: 'part', number: '3001', colour: '4' });
    expect(pieceOf(any)).to.deep.equal({ kind: 'part', number: '3005:a', colour: null });
  });
});
