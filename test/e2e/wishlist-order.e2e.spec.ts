import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { itemReply, reorderStatusReply } from '@lego-moc/wishlist/contracts/http-api';
import { apiAs, expectProblem } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { newWisher, type Wisher } from './wisher.ts';

describe('reordering a wishlist through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let wisher: Wisher;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    wisher = newWisher(platform);
  });

  it('moves the named items to the front, and the rest keeps its order behind them', async () => {
    const [a, b, c] = await wisher.three();
    expect((await wisher.ask('PUT', '/api/wishlist/order', { order: [c] })).status).to.equal(204);
    expect(await wisher.titles()).to.deep.equal(['c', 'a', 'b']);
    expect((await wisher.ask('PUT', '/api/wishlist/order', { order: [b, c, a] })).status).to.equal(204);
    expect(await wisher.titles()).to.deep.equal(['b', 'c', 'a']);
  });

  it('refuses an item named twice, and items of others whether they exist or not', async () => {
    const [a, b] = await wisher.three();
    const stranger = apiAs(platform, `stranger-${randomUUID()}`);
    const foreignId = itemReply.parse((await stranger('POST', '/api/wishlist', { title: 'theirs' })).body).itemId;
    for (const [method, path] of [
      ['PUT', '/api/wishlist/order'],
      ['POST', '/api/wishlist/reorder/debounced'],
    ] as const) {
      expectProblem(await wisher.ask(method, path, { order: [b, a, b] }), 422, 'order-repeats-item', '/order');
      for (const foreign of [foreignId, randomUUID()])
        expectProblem(
          await wisher.ask(method, path, { order: [b, foreign] }),
          422,
          'order-names-unknown-item',
          '/order',
        );
      expectProblem(await wisher.ask(method, path, { order: [b, 'x'] }), 400, 'invalid-request', '/order/1');
      expectProblem(await wisher.ask(method, path, {}), 400, 'invalid-request', '/order');
    }
    expect(await wisher.titles()).to.deep.equal(['a', 'b', 'c']);
    expect(await wisher.reorderStatus()).to.include({ status: 'idle' });
  });

  it('accepts items that another tab deleted before or after the request', async () => {
    const [a, b, c] = await wisher.three();
    await wisher.ask('DELETE', `/api/wishlist/${a}`);
    expect((await wisher.ask('PUT', '/api/wishlist/order', { order: [c, a, b] })).status).to.equal(204);
    expect(await wisher.titles()).to.deep.equal(['c', 'b']);
    const { requestId } = await wisher.propose([b, a, c]);
    await wisher.ask('DELETE', `/api/wishlist/${c}`);
    await wisher.wish('d');
    await wisher.untilSettled(requestId);
    expect(await wisher.titles()).to.deep.equal(['b', 'd']);
  });

  it('waits for half a second without a change while items are dragged, and the last order wins', async () => {
    const [a, b, c] = await wisher.three();
    const first = await wisher.propose([b], 'drag-1');
    const askedAt = Date.now();
    const last = await wisher.propose([c, b], 'drag-2');
    expect(last).to.include({ requestId: 'drag-2', debounced: true });
    expect(Date.parse(last.willPersistAt)).to.be.within(askedAt + 500, Date.now() + 500);
    expect(Date.parse(last.willPersistAt)).to.be.greaterThan(Date.parse(first.willPersistAt));
    expect(await wisher.reorderStatus()).to.deep.equal({
      status: 'pending',
      requestId: 'drag-2',
      willPersistAt: last.willPersistAt,
    });
    expect(await wisher.untilSettled('drag-2')).to.include({ willPersistAt: null });
    expect(Date.now()).to.be.at.least(Date.parse(last.willPersistAt));
    expect(await wisher.titles()).to.deep.equal(['c', 'b', 'a']);

    await wisher.propose([b], 'drag-3');
    await wisher.propose([a, b], 'drag-3');
    await wisher.untilSettled('drag-3');
    expect(await wisher.titles()).to.deep.equal(['a', 'b', 'c']);
  });

  it('stores nothing twice when an answer is lost and the request repeated', async () => {
    const [, b] = await wisher.three();
    const first = await wisher.propose([b], 'drag-1');
    expect(await wisher.propose([b], 'drag-1')).to.deep.equal(first);
    await wisher.untilSettled('drag-1');
    await wisher.propose([b], 'drag-1');
    expect(await wisher.reorderStatus()).to.include({ status: 'settled', requestId: 'drag-1' });
  });

  it('cancels the named pending order, and no other', async () => {
    const [, b] = await wisher.three();
    const cancel = async (body?: object) =>
      reorderStatusReply.parse((await wisher.ask('POST', '/api/wishlist/reorder/cancel', body)).body);
    const { willPersistAt } = await wisher.propose([b], 'drag-1');
    expect(await cancel({ requestId: 'drag-0' })).to.include({ status: 'pending', requestId: 'drag-1' });
    expect(await cancel({ requestId: 'drag-1' })).to.include({ status: 'idle' });
    await wisher.propose([b], 'drag-2');
    expect(await cancel()).to.deep.equal({ status: 'idle', requestId: null, willPersistAt: null });
    await pollUntil(
      'the time of the order',
      () => Promise.resolve(Date.now()),
      (now) => now > Date.parse(willPersistAt) + 1_000,
    );
    expect(await wisher.titles()).to.deep.equal(['a', 'b', 'c']);
    expect(await cancel()).to.include({ status: 'idle' });
  });
});
