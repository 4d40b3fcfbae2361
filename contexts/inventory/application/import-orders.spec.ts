import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { inventoryItemDecider } from '../domain/inventory-item.ts';
import type { InventoryItemEvent, InventoryItemId } from '../domain/inventory-item-events.ts';
import { lotKeyOf } from '../domain/lots.ts';
import { countPieces } from '../domain/tracked-item.ts';
import { importOrders } from './import-orders.ts';
import type { ReadOrder } from './ports/parts-lists.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const itemId = newId() as InventoryItemId;
const RED = lotKeyOf({ kind: 'part', number: '3001', colour: '4' });
const total = { amount: 1_250, currency: 'EUR' };
const order = (orderId: string, quantity: number): ReadOrder => ({
  ...{ orderId, date: '2025-08-25', shop: 'Bricks', total, lots: [{ lot: RED, quantity }] },
});
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: ada });

/** An item that needs ten red bricks, and a file with some orders. */
const begin = async (orders: readonly ReadOrder[] | 'not-completed') => {
  const items = foldedStates(inventoryItemDecider, inMemoryStreams<InventoryItemEvent>('inventoryItem', now));
  const item = { itemId, owner: ada, source: { kind: 'loose', id: 'x' }, title: 'x', origin: null, at: now() } as const;
  await items.handle(itemId, { type: 'TrackItem', data: { ...item, lots: [{ lot: RED, quantity: 10 }] } }, cause());
  const record = importOrders({ lists: { orders: () => Promise.resolve(orders) }, items, now });
  return {
    items,
    outcomes: async () => {
      const results = await record(itemId, ada, newId(), cause());
      if (isRejection(results)) return results.rejected;
      return results.map(({ orderId, outcome, reason }) => `${orderId} ${reason ?? outcome}`);
    },
    refusalFor: async (user: UserId) => {
      const results = await record(itemId, user, newId(), cause());
      return isRejection(results) ? results.rejected : 'none';
    },
    state: async () => {
      const { state } = await items.latest(itemId);
      if (state.status !== 'tracked') return expect.fail('not tracked');
      return { acquired: countPieces(state).acquired, purchases: state.purchases.length };
    },
  };
};

describe('importing orders', () => {
  it('records each order once, however often the file is imported, and takes what the item needs', async () => {
    const { outcomes, state } = await begin([order('1', 4), order('2', 9)]);
    expect(await outcomes()).to.deep.equal(['1 recorded', '2 recorded']);
    const recordedState = await state();
    expect(recordedState).to.deep.equal({ acquired: 10, purchases: 2 });
    expect(await outcomes()).to.deep.equal(['1 known', '2 known']);
    expect(await state()).to.deep.equal(recordedState);
  });

  it('leaves an order that was reversed as it is', async () => {
    const { items, outcomes, state } = await begin([order('1', 4)]);
    await outcomes();
    const { state: item } = await items.latest(itemId);
    const purchaseId = item.status === 'tracked' ? (item.purchases[0]?.purchaseId ?? '') : '';
    await items.handle(
      itemId,
      { type: 'ReversePurchase', data: { by: ada, purchaseId, reason: '', at: now() } },
      cause(),
    );
    expect(await outcomes()).to.deep.equal(['1 known']);
    expect(await state()).to.deep.equal({ acquired: 0, purchases: 1 });
  });

  it('skips orders without day, shop or total, and one that is recorded with other content', async () => {
    const orders = [
      { ...order('1', 1), date: null },
      { ...order('2', 1), shop: null },
      { ...order('3', 1), total: null },
      order('4', 1),
      order('4', 2),
    ];
    const { outcomes, state } = await begin(orders);
    expect(await outcomes()).to.deep.equal([
      ...['1 date-missing', '2 shop-missing', '3 total-missing', '4 recorded', '4 purchase-already-recorded'],
    ]);
    expect(await state()).to.deep.equal({ acquired: 1, purchases: 1 });
  });

  it('is refused for the item of someone else, a file without orders, and a job that is not completed', async () => {
    expect(await (await begin([order('1', 1)])).refusalFor(bob)).to.equal('item-not-found');
    expect(await (await begin([])).outcomes()).to.equal('no-orders');
    expect(await (await begin('not-completed')).outcomes()).to.equal('not-completed');
  });
});
