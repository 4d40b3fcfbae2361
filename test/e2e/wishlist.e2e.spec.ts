import { expect } from 'chai';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { integrationEnvelope } from '@lego-moc/event-store/integration';
import { catchUp } from '@lego-moc/event-store/subscriptions';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { eventually, type GatewayClient } from '@lego-moc/local/gateway-client';
import { debouncedReorderReply, itemReply, listReply, reorderStatusReply } from '@lego-moc/wishlist/contracts/http-api';
import { WISHLIST_EVENTS, wishlistPayload } from '@lego-moc/wishlist/contracts/integration-events';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const BUILDER = 'wishful';

describe('a wishlist on the platform', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;

  const wish = async (title: string): Promise<string> =>
    (await gateway.post('/api/wishlist', { title, category: 'Space' }, itemReply)).itemId;
  const titles = async (): Promise<string[]> =>
    (await gateway.get('/api/wishlist', listReply)).items.map(({ title }) => title);
  const propose = (order: readonly string[], requestId: string) =>
    gateway.post('/api/wishlist/reorder/debounced', { order, requestId }, debouncedReorderReply);
  const settled = (requestId: string) =>
    eventually(
      `the order ${requestId}`,
      () => gateway.get('/api/wishlist/reorder/status', reorderStatusReply),
      (found) => found.status === 'settled' && found.requestId === requestId,
    );

  before(async () => {
    platform = await startPlatform();
    gateway = await platform.signedInAs(BUILDER);
  });

  it('keeps an accepted order although the service is killed before it holds', async () => {
    const [explorer, renegade, beta] = [await wish('Explorer'), await wish('Renegade'), await wish('Beta I')];
    await propose([renegade], 'drag-0');
    const { requestId } = await propose([beta, explorer], 'drag-1');
    await platform.killAndAwait('wishlist');
    await settled(requestId);
    const order = ['Beta I', 'Explorer', 'Renegade'];
    await eventually('the new order', titles, (found) => found.join() === order.join());
  });

  it('loses neither an item nor a place when two tabs write at once', async () => {
    const other = await platform.signedInAs(BUILDER);
    const added = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        (number % 2 === 0 ? gateway : other).post('/api/wishlist', { title: `Tab ${String(number)}` }, itemReply),
      ),
    );
    const { items } = await eventually(
      'the list with all of them',
      () => gateway.get('/api/wishlist', listReply),
      ({ total }) => total === 3 + added.length,
    );
    expect(items.map(({ sortOrder }) => sortOrder)).to.deep.equal(items.map((_, place) => place + 1));
    expect(new Set(items.map(({ itemId }) => itemId)).size).to.equal(13);
  });

  it('tells the other contexts', async () => {
    const client = connectEventStore(`esdb://127.0.0.1:${String(platform.ports.get('event-store'))}?tls=false`);
    const envelope = integrationEnvelope(wishlistPayload);
    const told = async (): Promise<string[]> => {
      const types: string[] = [];
      for await (const { data } of catchUp(client, { source: { stream: WISHLIST_EVENTS }, from: 'start' })) {
        const { eventType, payload } = envelope.parse(data);
        if (payload.owner === devUserId(BUILDER)) types.push(eventType);
      }
      return types;
    };
    try {
      const types = await eventually(
        'the news of the new order',
        told,
        (found) => found.includes('wishlist.reordered') && found.length >= 14,
      );
      expect(types.filter((type) => type === 'wishlist-item.added').length).to.equal(13);
    } finally {
      await client.dispose();
    }
  });
});
