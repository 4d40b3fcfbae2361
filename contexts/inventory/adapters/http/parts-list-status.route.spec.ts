import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { partsListStatus } from '../../application/parts-list-status.ts';
import type { PartsListStatusReply } from '../../contracts/parts-list-status-api.ts';
import { inventoryItemDecider } from '../../domain/inventory-item.ts';
import type { InventoryItemEvent } from '../../domain/inventory-item-events.ts';
import { inventoryDecider, type InventoryEvent } from '../../domain/inventory.ts';
import { lotKeyOf } from '../../domain/lots.ts';
import { partsListStatusRoutes, STATUS_CONTRACTS } from './parts-list-status.route.ts';

const now = () => '2026-01-01T12:00:00.000Z' as Instant;
const [mocId, partsListId, unreadListId] = [newId(), newId(), newId()];
const lot = (number: string, quantity: number) => ({
  ...{ lot: lotKeyOf({ kind: 'part', number, colour: '4' }), quantity },
});

/** A MOC that ada sees, with one counted list of eight pieces, and one that is not counted. */
const begin = () => {
  const itemStreams = inMemoryStreams<InventoryItemEvent>('inventoryItem', now);
  const items = foldedStates(inventoryItemDecider, itemStreams);
  const inventories = foldedStates(inventoryDecider, inMemoryStreams<InventoryEvent>('inventory', now));
  const status = partsListStatus({
    ...{ items, handleInventory: inventories.handle, now },
    mocs: {
      list: (id, listId, reader) => {
        if (id !== mocId || reader !== 'ada') return Promise.resolve(undefined);
        if (listId !== partsListId && listId !== unreadListId) return Promise.resolve('no-such-list');
        const pieces = listId === partsListId ? 8 : null;
        return Promise.resolve({ mocId, partsListId: listId, title: 'Walls', jobId: listId, pieces });
      },
    },
    lists: {
      read: (jobId) =>
        Promise.resolve(
          jobId === unreadListId
            ? 'not-completed'
            : {
                ...{ partsListId, fileName: 'walls.csv', origin: { jobId, contentHash: '', catalogueRelease: '' } },
                lots: [lot('3001', 5), lot('3005', 3)],
                steps: [],
              },
        ),
    },
  });
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    ...{ service: 'inventory', logger: silentLogger, contracts: STATUS_CONTRACTS, checkReplies: true },
    metrics: createMetrics('inventory', { processMetrics: false }),
    routes: [signIn, partsListStatusRoutes(status)],
  });
  const path = (listId = partsListId) => `/v1/mocs/${mocId}/parts-lists/${listId}/status`;
  const patch = (body: object, key = newId()) => request(app).patch(path()).set('idempotency-key', key).send(body);
  const bodyOf = async (pending: request.Test) => (await pending.expect(200)).body as PartsListStatusReply;
  return { app, items, path, patch, bodyOf };
};

describe('the status of a parts list', () => {
  it('is empty before anything was said of the list, with the pieces that it needs', async () => {
    const { app, path, bodyOf } = begin();
    const status = await bodyOf(request(app).get(path()));
    expect(status).to.include({ title: 'Walls', inventoryItemId: null, built: false, purchased: false, notes: '' });
    expect(status).to.include({ totalPartsCount: 8, acquiredPartsCount: 0, inventoryPercentage: '0.00' });
  });

  it('changes what is sent, and keeps the rest', async () => {
    const { app, path, patch, bodyOf } = begin();
    const costEstimate = { amount: 5_000, currency: 'EUR' };
    await bodyOf(patch({ purchased: true, notes: 'Box 3', costEstimate }));
    const status = await bodyOf(patch({ built: true }));
    expect(status).to.deep.include({ built: true, purchased: true, notes: 'Box 3', costEstimate });
    expect((await bodyOf(request(app).get(path()))).inventoryItemId).to.equal(status.inventoryItemId);
  });

  for (const body of [
    { acquiredPartsCount: 8 },
    { acquiredPartsCount: '8' },
    { inventoryPercentage: 100 },
    { inventoryPercentage: '100.00' },
  ])
    it(`has all pieces after ${JSON.stringify(body)}, and none after 0`, async () => {
      const { patch, bodyOf } = begin();
      const all = { acquiredPartsCount: 8, inventoryPercentage: '100.00' };
      expect(await bodyOf(patch(body))).to.include(all);
      const [field = ''] = Object.keys(body);
      expect(await bodyOf(patch({ [field]: 0 }))).to.include({ acquiredPartsCount: 0, inventoryPercentage: '0.00' });
    });

  it('keeps a count between none and all as the word of its owner, until lots are named', async () => {
    const { items, patch, bodyOf } = begin();
    const status = await bodyOf(patch({ acquiredPartsCount: 5, built: true }));
    expect(status).to.include({ acquiredPartsCount: 5, namedPartsCount: 0, inventoryPercentage: '62.50', built: true });
    expect(await bodyOf(patch({ notes: 'Box 3' }))).to.include({ acquiredPartsCount: 5 });
    expect(await bodyOf(patch({ inventoryPercentage: '33.00' }))).to.include({
      ...{ acquiredPartsCount: 3, inventoryPercentage: '37.50' },
    });

    const entry = { by: 'ada' as UserId, entryId: newId(), lots: [lot('3001', 4)], at: now() };
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    await items.handle(status.inventoryItemId ?? '', { type: 'AcquireParts', data: entry }, cause);
    expect(await bodyOf(patch({}))).to.include({ acquiredPartsCount: 4, namedPartsCount: 4 });
    expect(await bodyOf(patch({ acquiredPartsCount: 6 }))).to.include({ acquiredPartsCount: 6, namedPartsCount: 4 });
    const refusal = await patch({ acquiredPartsCount: 3, built: false }).expect(422);
    expect(refusal.body).to.include({ type: 'urn:lego-moc:problem:lots-not-named' });
    await patch({ acquiredPartsCount: 9 }).expect(422);
    expect(await bodyOf(patch({ acquiredPartsCount: 8 }))).to.include({ namedPartsCount: 8, built: true });
    expect(await bodyOf(patch({ acquiredPartsCount: 0 }))).to.include({ acquiredPartsCount: 0, namedPartsCount: 0 });
  });

  it('shows the cost that its owner says until a purchase says it', async () => {
    const { items, patch, bodyOf } = begin();
    const actualCost = { amount: 1_250, currency: 'USD' };
    const { inventoryItemId, actualCosts } = await bodyOf(patch({ actualCost }));
    expect(actualCosts).to.deep.equal([actualCost]);
    const price = { amount: 999, currency: 'EUR' };
    const order = { purchaseId: newId(), date: '2026-01-01', shop: 'Bricks', orderId: null, price, lots: [] };
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    const purchase = { type: 'PurchaseParts', data: { by: 'ada' as UserId, purchase: order, at: now() } } as const;
    await items.handle(inventoryItemId ?? '', purchase, cause);
    expect((await bodyOf(patch({ actualCost: price }))).actualCosts).to.deep.equal([price]);
    const refusal = await patch({ actualCost, acquiredPartsCount: 8 }).expect(409);
    expect(refusal.body).to.include({ type: 'urn:lego-moc:problem:cost-of-purchases' });
    expect(await bodyOf(patch({}))).to.include({ acquiredPartsCount: 0 });
    await patch({ actualCost: '12.50' }).expect(400);
  });

  it('changes once under one Idempotency-Key, and not against another revision than the one seen', async () => {
    const { patch, bodyOf } = begin();
    const key = newId();
    const first = await patch({ acquiredPartsCount: 8, built: true }, key).expect(200);
    const again = await patch({ acquiredPartsCount: 8, built: true }, key).expect(200);
    expect([again.headers['etag'], again.body]).to.deep.equal([first.headers['etag'], first.body]);
    await patch({ built: false }).set('if-match', '"0"').expect(412);
    const etag = String(first.headers['etag']);
    expect(await bodyOf(patch({ built: false }).set('if-match', etag))).to.include({ built: false });
  });

  it('is 404 where the reader sees no MOC or list, and 409 where the list is not counted', async () => {
    const { app, path, patch } = begin();
    await request(app).get(path()).set('x-test-user', 'bob').expect(404);
    await patch({ built: true }).set('x-test-user', 'bob').expect(404);
    await request(app).get(path(newId())).expect(404);
    const reply = await request(app).get(path(unreadListId)).expect(200);
    expect(reply.body).to.include({ totalPartsCount: null });
    await request(app).patch(path(unreadListId)).send({ built: true }).expect(409);
  });
});
