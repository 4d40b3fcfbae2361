import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import {
  itemLotsReply,
  itemReply,
  itemsReply,
  partsListsSummaryReply,
  purchaseReply,
  purchasesReply,
  summaryReply,
  type ItemReply,
} from '@lego-moc/inventory/contracts/http-api';
import { orderImportReply } from '@lego-moc/inventory/contracts/orders-api';
import { partsListStatusReply } from '@lego-moc/inventory/contracts/parts-list-status-api';
import { INVENTORY_EVENTS, inventoryPayloads } from '@lego-moc/inventory/contracts/integration-events';
import { exportLine } from '@lego-moc/inventory/contracts/export-api';
import { awaitCounts } from '@lego-moc/local/demo-steps';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { apiAs, expectProblem, type Api } from './api.ts';
import { eventStoreUrl } from './event-store-url.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

/** Twice the same piece, one in any colour, a spare, and a line without a quantity. */
const LIST =
  'Part,Color,Quantity,Is Spare\n3001,4,4,False\n3005,0,2,False\n3001,4,1,False\n3003,9999,1,False\n3005,0,1,True\n3005,0,x,False\n';
/** Five red bricks in two orders; red is 5 at BrickLink, and 4 here. */
const ORDERS = `<ORDERS>${[
  ['1001', '2025-08-25', '12.50', 2],
  ['1002', '2025-08-26', '2.00', 3],
]
  .map(
    ([orderId, date, total, quantity]) => `<ORDER>
  <ORDERID>${orderId}</ORDERID><ORDERDATE>${date}</ORDERDATE><SELLER>Bricks &amp; More</SELLER>
  <BASEGRANDTOTAL>${total}</BASEGRANDTOTAL><BASECURRENCYCODE>EUR</BASECURRENCYCODE>
  <ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><QTY>${quantity}</QTY></ITEM></ORDER>`,
  )
  .join('')}</ORDERS>`;
/** The same of BrickLink's other export: three in one more order. */
const ORDERS_CSV =
  '"Order ID","Order Date","Seller","Base Grand Total","Base Currency","Item Description","Qty","Each","Item Type","Item Number"\n' +
  '"1003","2025-08-27","Bricks & More","3.00","EUR","","","","",""\n' +
  '"","","","","","Red Brick 2 x 4","3","$1.00","Part","3001"\n';
const PDF = new Blob(['%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n'], { type: 'application/pdf' });
const ITEMS = '/api/inventory/items';
const red = (quantity: number) => ({ number: '3001', colour: '4', quantity });
const CASTLE = { source: { kind: 'set', id: '6080-1' }, title: 'Castle', lots: [red(3), { ...red(1), colour: null }] };
const BILL = { date: '2026-01-02', shop: 'Bricks', orderId: '4711', price: { amount: 999, currency: 'EUR' } };

describe('collecting pieces, through the gateway', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let builder: string;
  let ask: Api;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    builder = `collector-${randomUUID()}`;
    ask = apiAs(platform, builder);
  });

  const itemOf = async (pending: ReturnType<Api>): Promise<ItemReply> => {
    const { status, body } = await pending;
    expect(status, JSON.stringify(body)).to.be.oneOf([200, 201]);
    return itemReply.parse(body);
  };
  const track = (body: object = CASTLE) => itemOf(ask('POST', ITEMS, body));
  const lotsOf = async (itemId: string, query = '') =>
    itemLotsReply.parse((await ask('GET', `${ITEMS}/${itemId}/lots${query}`)).body);
  const summaryOnce = (isDone: (summary: ReturnType<typeof summaryReply.parse>) => boolean) =>
    pollUntil('the summary', async () => summaryReply.parse((await ask('GET', '/api/inventory/summary')).body), isDone);

  const uploadList = async (content = LIST) => {
    const body = new FormData();
    body.set('title', randomUUID());
    body.set('instructionsFile', PDF, 'steps.pdf');
    body.set('partsLists', new Blob([content]), 'mill.csv');
    const headers = { authorization: `Bearer ${await platform.token(builder)}` };
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, { method: 'POST', headers, body });
    const gateway = await platform.signedInAs(builder);
    const moc = await awaitCounts(gateway, mocReply.parse(await reply.json()), () => undefined);
    const [{ partsListId, jobId } = { partsListId: '', jobId: '' }] = moc.partsLists;
    const source = { kind: 'parts-list', id: partsListId };
    return { list: { source, jobId }, statusPath: `/api/mocs/${moc.mocId}/parts-lists/${partsListId}/status` };
  };

  it('records the orders of a file as purchases, each once', async () => {
    const { itemId } = await track();
    const { list } = await uploadList(ORDERS);
    const path = `${ITEMS}/${itemId}/order-imports`;
    const outcomes = async () => {
      const { orders } = orderImportReply.parse((await ask('POST', path, { jobId: list.jobId })).body);
      return orders.map(({ orderId, outcome }) => `${orderId} ${outcome}`);
    };
    expect(await outcomes()).to.deep.equal(['1001 recorded', '1002 recorded']);
    expect(await outcomes()).to.deep.equal(['1001 known', '1002 known']);
    const { purchases } = purchasesReply.parse((await ask('GET', `${ITEMS}/${itemId}/purchases`)).body);
    expect(purchases.map(({ date, shop, price, surplus }) => [date, shop, price.amount, surplus])).to.deep.equal([
      ['2025-08-25', 'Bricks & More', 1250, 0],
      ['2025-08-26', 'Bricks & More', 200, 2],
    ]);
    expect(await itemOf(ask('GET', `${ITEMS}/${itemId}`))).to.include({ acquired: 3 });
    const { list: csv } = await uploadList(ORDERS_CSV);
    const { orders } = orderImportReply.parse((await ask('POST', path, { jobId: csv.jobId })).body);
    expect(orders.map(({ orderId, outcome }) => `${orderId} ${outcome}`)).to.deep.equal(['1003 recorded']);
  });

  it('announces what is collected of a wish, from the first piece to the built model, without shops, prices and notes', async () => {
    const item = await track({ ...CASTLE, source: { kind: 'wish', id: randomUUID() } });
    const path = `${ITEMS}/${item.itemId}`;
    await itemOf(ask('POST', `${path}/entries`, { lots: [{ ...red(1), colour: null }] }));
    expect((await ask('POST', `${path}/purchases`, { ...BILL, lots: [red(3)] })).status).to.equal(201);
    expect(await itemOf(ask('PATCH', path, { built: true, notes: 'Secret drawer' }))).to.include({ percentage: 100 });
    const client = connectEventStore(eventStoreUrl(platform));
    const readEvents = async (): Promise<readonly string[]> => {
      const texts: string[] = [];
      const source = { streamPrefixes: [INVENTORY_EVENTS] };
      for await (const { type, data } of catchUp(client, { source, from: platform.logBegin })) {
        const { payload } = data as { payload: { itemId?: string } };
        if (payload.itemId !== item.itemId) continue;
        expect(JSON.stringify(data)).not.to.match(/Bricks|EUR|Secret/u);
        const state = inventoryPayloads[type as keyof typeof inventoryPayloads].parse(payload);
        const numbers = state.status === 'build-status' ? `${String(state.percentage)} % ${String(state.built)}` : '';
        texts.push(`${type} ${'pieces' in state ? String(state.pieces) : numbers}`.trim());
      }
      return texts;
    };
    const events = await pollUntil('the events', readEvents, (texts) => texts.at(-1)?.endsWith('true') === true);
    client.dispose().catch(() => undefined);
    expect(events).to.deep.equal([
      ...['inventory-item.tracked', 'parts.acquired 1', 'build-status.changed 25 % false'],
      ...['parts.purchased 3', 'build-status.changed 100 % false', 'build-status.changed 100 % true'],
    ]);
  });

  it('keeps the status of a parts list as the monolith did, on its own paths, for those who see the list', async () => {
    const { statusPath } = await uploadList();
    const readStatus = async (path = statusPath) => partsListStatusReply.parse((await ask('GET', path)).body);
    expect(await readStatus()).to.include({ inventoryItemId: null, totalPartsCount: 8, inventoryPercentage: '0.00' });
    const actualCost = { amount: 1_250, currency: 'USD' };
    const some = await ask('PATCH', statusPath, { acquiredPartsCount: '5', actualCost });
    expect(partsListStatusReply.parse(some.body)).to.deep.include({
      ...{ acquiredPartsCount: 5, namedPartsCount: 0, inventoryPercentage: '62.50', actualCosts: [actualCost] },
    });
    const change = { built: true, purchased: true, inventoryPercentage: '100.00', notes: 'Box 3' };
    expect((await ask('PATCH', statusPath, change)).status).to.equal(200);
    const status = await readStatus(statusPath.replace('mocs', 'moc-instructions'));
    expect(status).to.include({ ...change, acquiredPartsCount: 8, namedPartsCount: 8, totalPartsCount: 8 });
    const stranger = apiAs(platform, `stranger-${randomUUID()}`);
    expectProblem(await stranger('PATCH', statusPath, change), 404, 'moc-not-found');
  });

  it('tracks a parts list with the lots that file processing has read, and sums it up as the monolith did', async () => {
    const { list } = await uploadList();
    const item = await track(list);
    expect(item).to.include({ title: 'mill.csv', lots: 3, needed: 8, acquired: 0, percentage: 0, built: false });
    expect(item.origin?.jobId).to.equal(list.jobId);
    expect((await track(list)).itemId).to.equal(item.itemId);
    const { lots } = await lotsOf(item.itemId);
    expect(lots.map(({ number, colour, needed }) => [number, colour, needed])).to.deep.equal([
      ['3001', '4', 5],
      ['3005', '0', 2],
      ['3003', null, 1],
    ]);

    const path = `${ITEMS}/${item.itemId}`;
    expect(await itemOf(ask('POST', `${path}/entries`, { lots: [red(5)] }))).to.include({
      acquired: 5,
      percentage: 62,
    });
    await itemOf(ask('PATCH', path, { built: true, costEstimate: { amount: 5000, currency: 'EUR' } }));
    const summary = await pollUntil(
      'the summary of parts lists',
      async () => partsListsSummaryReply.parse((await ask('GET', '/api/users/me/parts-lists/summary')).body),
      ({ statistics }) => statistics.builtCount === 1,
    );
    expect(summary.statistics).to.deep.equal({
      ...{ totalPartsLists: 1, builtCount: 1, purchasedCount: 0, averageInventoryPercentage: '62.50' },
    });
    expect(summary.recentPartsLists.map(({ itemId }) => itemId)).to.deep.equal([item.itemId]);
    expect((await ask('GET', '/api/user/parts-lists/summary')).headers.has('deprecation')).to.equal(true);
  });

  it('refuses a job of someone else, of another list, and one that does not exist', async () => {
    const { list } = await uploadList();
    const stranger = apiAs(platform, `collector-${randomUUID()}`);
    expectProblem(await stranger('POST', ITEMS, list), 404, 'job-not-found', '/jobId');
    expectProblem(await ask('POST', ITEMS, { ...list, jobId: randomUUID() }), 404, 'job-not-found', '/jobId');
    const other = { ...list, source: { kind: 'parts-list', id: randomUUID() } };
    expectProblem(await ask('POST', ITEMS, other), 422, 'job-of-another-list', '/jobId');
  });

  it('acquires up to what is needed, once for each Idempotency-Key, and takes entries back', async () => {
    const { itemId } = await track();
    const entries = `${ITEMS}/${itemId}/entries`;
    const key = { 'idempotency-key': randomUUID() };
    const acquireTwo = () => itemOf(ask('POST', entries, { lots: [red(2)] }, key));
    expect(await acquireTwo()).to.include({ acquired: 2, percentage: 50 });
    expect(await acquireTwo()).to.include({ acquired: 2, percentage: 50 });
    expectProblem(await ask('POST', entries, { lots: [red(2)] }), 422, 'acquired-exceeds-needed', '/lots');
    expectProblem(await ask('POST', entries, { lots: [{ ...red(1), number: '1' }] }), 422, 'lot-not-found', '/lots');
    expectProblem(await ask('POST', entries, { lots: [red(0)] }), 400, 'invalid-request', '/lots/0/quantity');
    expect(await itemOf(ask('POST', entries, { lots: [red(-1)] }))).to.include({ acquired: 1, percentage: 25 });
    expect((await lotsOf(itemId, '?open=true&limit=1')).nextCursor).to.equal(1);
  });

  it('accepts a change to the revision that the client has seen only', async () => {
    const creation = await ask('POST', ITEMS, CASTLE);
    const path = creation.headers.get('location') ?? '';
    const ifMatch = { 'if-match': creation.headers.get('etag') ?? '' };
    expect((await ask('PATCH', path, { notes: 'Bag 1' }, ifMatch)).status).to.equal(200);
    expectProblem(await ask('PATCH', path, { notes: 'Bag 2' }, ifMatch), 412, 'revision-moved');
    const reply = await ask('GET', path);
    const conditionalReply = await ask('GET', path, undefined, { 'if-none-match': reply.headers.get('etag') ?? '' });
    expect(conditionalReply.status).to.equal(304);
  });

  it('keeps purchases for ever, takes of them what is needed, and reverses them by counter-entries', async () => {
    const { itemId } = await track();
    const purchases = `${ITEMS}/${itemId}/purchases`;
    const order = { ...BILL, lots: [red(5)] };
    const purchase = purchaseReply.parse((await ask('POST', purchases, order)).body);
    expect(purchase).to.include({ surplus: 2, reversed: false });
    expect((await ask('POST', purchases, order)).body).to.deep.equal(purchase);
    expectProblem(await ask('POST', purchases, { ...order, date: '2026-01-03' }), 409, 'purchase-already-recorded');
    expect(await itemOf(ask('GET', `${ITEMS}/${itemId}`))).to.deep.include({
      ...{ acquired: 3, purchased: true, actualCosts: [BILL.price] },
    });
    const reverse = () => ask('DELETE', `${purchases}/${purchase.purchaseId}?reason=Typo`);
    expect((await reverse()).status).to.equal(204);
    expect((await reverse()).status).to.equal(204);
    const { purchases: all } = purchasesReply.parse((await ask('GET', purchases)).body);
    expect(all).to.deep.equal([{ ...purchase, reversed: true }]);
    expect(await itemOf(ask('GET', `${ITEMS}/${itemId}`))).to.deep.include({ acquired: 0, actualCosts: [] });
  });

  it('counts missing and damaged pieces as not usable, lists items by change, and forgets untracked ones', async () => {
    const first = await track();
    await itemOf(ask('POST', `${ITEMS}/${first.itemId}/entries`, { lots: [red(3), { ...red(1), colour: null }] }));
    const { number, colour } = red(1);
    const marks = { lots: [{ number, colour, missing: 1, damaged: 1 }] };
    expect(await itemOf(ask('PATCH', `${ITEMS}/${first.itemId}`, marks))).to.include({ acquired: 4, usable: 2 });
    const second = await track({ ...CASTLE, source: { kind: 'loose', id: 'box' } });
    expect(await summaryOnce(({ items }) => items === 2)).to.include({
      needed: 8,
      usable: 2,
      averagePercentage: '25.00',
    });

    const page = itemsReply.parse((await ask('GET', `${ITEMS}?limit=1`)).body);
    expect(page.items.map(({ itemId }) => itemId)).to.deep.equal([second.itemId]);
    const rest = itemsReply.parse((await ask('GET', `${ITEMS}?limit=1&cursor=${page.nextCursor ?? ''}`)).body);
    expect(rest.items.map(({ itemId }) => itemId)).to.deep.equal([first.itemId]);
    expect(rest.nextCursor).to.equal(null);
    expect(itemsReply.parse((await ask('GET', `${ITEMS}?kind=wish`)).body).items).to.deep.equal([]);

    for (const status of [204, 204]) expect((await ask('DELETE', `${ITEMS}/${first.itemId}`)).status).to.equal(status);
    expectProblem(await ask('GET', `${ITEMS}/${first.itemId}`), 404, 'item-not-found');
    await summaryOnce(({ items }) => items === 1);
  });

  it('gives a user everything that was recorded of them', async () => {
    const { itemId } = await track();
    const { status, headers, body } = await ask('GET', '/api/inventory/export');
    expect([status, headers.get('cache-control')]).to.deep.equal([200, 'no-store']);
    const lines = String(body).trimEnd().split('\n');
    expect(exportLine.parse(JSON.parse(lines[0] ?? ''))).to.include({ streams: 1 });
    const [, event] = lines.map((line) => exportLine.parse(JSON.parse(line)));
    expect(event).to.include({ kind: 'item', id: itemId, what: 'ItemTracked' });
  });

  it('erases everything of an erased user, who adds nothing afterwards', async () => {
    await ask('GET', '/api/users/me');
    const { itemId } = await track();
    await summaryOnce(({ items }) => items === 1);
    const erasure = await pollUntil(
      'the erasure',
      () => ask('DELETE', `/api/users/${devUserId(builder)}`),
      ({ status }) => status < 300,
    );
    expect(erasure.status).to.be.below(300);
    await pollUntil(
      'the item is gone',
      () => ask('GET', `${ITEMS}/${itemId}`),
      ({ status }) => status === 404,
    );
    await summaryOnce(({ items }) => items === 0);
    expectProblem(await ask('POST', ITEMS, CASTLE), 410, 'owner-erased');
  });
});
