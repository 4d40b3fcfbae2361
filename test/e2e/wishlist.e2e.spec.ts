import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import sharp from 'sharp';
import { pollUntil } from '@lego-moc/application/poll-until';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { CONTEXTS, portOf } from '@lego-moc/local/registry';
import {
  categoriesReply,
  debouncedReorderReply,
  itemReply,
  listReply,
  reorderStatusReply,
} from '@lego-moc/wishlist/contracts/http-api';
import { WISHLIST_EVENTS, wishlistPayload } from '@lego-moc/wishlist/contracts/integration-events';
import { startInstance, type Instance } from './another-instance.ts';
import { apiAs, type Answer, type Api } from './api.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { eventStoreUrl } from './event-store-url.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { checkAgainstOpenApi } from './openapi-check.ts';

const THEMES = { WISHLIST_CATEGORIES: 'Space, Own creations,' };

const payloadOf = integrationEnvelope(wishlistPayload);

describe('running a wishlist on two instances of its service', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let balancer: Balancer;
  let first: string;
  let second: Instance;
  let builder: string;
  let ask: Api;

  before(async () => {
    balancer = await startBalancer();
    platform = await startPlatform({ ...THEMES, WISHLIST_URL: balancer.url });
    first = `http://127.0.0.1:${String(portOf(platform.ports, 'wishlist'))}`;
    second = await startInstance(platform, 'wishlist', THEMES);
    balancer.towards(first, second.url);
    // The gateway can read the service's OpenAPI document only once the balancer leads to it.
    await checkAgainstOpenApi(platform.url);
  });
  after(async () => {
    await second.kill();
    await platform.stop();
  });
  beforeEach(() => {
    balancer.towards(first, second.url);
    builder = `wisher-${randomUUID()}`;
    ask = apiAs(platform, builder);
  });

  const wish = async (title: string): Promise<string> =>
    itemReply.parse((await ask('POST', '/api/wishlist', { title })).body).itemId;
  const propose = async (order: readonly string[], requestId: string) =>
    debouncedReorderReply.parse((await ask('POST', '/api/wishlist/reorder/debounced', { order, requestId })).body);
  const untilSettled = (requestId: string) =>
    pollUntil(
      `the order ${requestId}`,
      async () => reorderStatusReply.parse((await ask('GET', '/api/wishlist/reorder/status')).body),
      (reply) => reply.status === 'settled' && reply.requestId === requestId,
    );
  /** As an instance shows it that has followed all writes. */
  const items = async () => {
    const { headers } = await ask('PUT', '/api/wishlist/order', { order: [] });
    const revision = headers.get('etag')?.replaceAll('"', '') ?? '0';
    return listReply.parse((await ask('GET', `/api/wishlist?limit=200&atLeastRevision=${revision}`)).body).items;
  };
  const titles = async () => (await items()).map(({ title }) => title);

  /** The integration events about this builder, in the order of the bus. */
  const publishedEvents = async () => {
    const client = connectEventStore(eventStoreUrl(platform));
    const events = [];
    try {
      for await (const { data } of catchUp(client, { source: { stream: WISHLIST_EVENTS }, from: 'start' })) {
        const event = payloadOf.parse(data);
        if (event.payload.owner === devUserId(builder)) events.push(event);
      }
      return events;
    } finally {
      await client.dispose();
    }
  };

  it('groups wishes by the themes that its operator configured', async () => {
    const { categories } = categoriesReply.parse((await ask('GET', '/api/wishlist/categories')).body);
    expect(categories).to.deep.equal(['Space', 'Own creations']);
    const answers = await Promise.all(
      ['own creations', 'Castle'].map((category) => ask('POST', '/api/wishlist', { title: 'x', category })),
    );
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 400]);
  });

  it('applies the last order, whichever instance each was sent to, and appends only that one', async () => {
    const ids = [await wish('a'), await wish('b'), await wish('c')];
    const [a = '', b = '', c = ''] = ids;
    const orders = [[b], [c, b], [b, a], [a, c], [c, a]];
    for (const [drag, order] of orders.entries()) await propose(order, `drag-${String(drag)}`);
    await untilSettled(`drag-${String(orders.length - 1)}`);
    expect(await titles()).to.deep.equal(['c', 'a', 'b']);
    const events = await pollUntil('The news', publishedEvents, (events) => events.length >= 4);
    expect(events.filter(({ eventType }) => eventType === 'wishlist.reordered')).to.have.length(1);
  });

  it('shows the writes of one instance at the other, and cancels its pending order there', async () => {
    const a = await wish('a');
    const b = await wish('b');
    for (const origin of [first, second.url]) {
      balancer.towards(origin);
      await propose([b], 'drag');
      balancer.towards(origin === first ? second.url : first);
      expect(await ask('POST', '/api/wishlist/reorder/cancel')).to.have.nested.property('body.status', 'idle');
      expect((await ask('GET', `/api/wishlist/${a}`)).body).to.include({ title: 'a', sortOrder: 1 });
    }
  });

  for (const [label, accepting, victims] of [
    ['the instance that accepted it is', 'second', ['second']],
    ['the other one that accepted it is', 'first', ['first']],
    ['both instances are', 'first', ['first', 'second']],
  ] as const)
    it(`keeps an accepted order although ${label} killed before it is applied`, async () => {
      const [explorer, renegade, beta] = [await wish('Explorer'), await wish('Renegade'), await wish('Beta I')];
      balancer.towards(accepting === 'first' ? first : second.url);
      await propose([renegade], 'drag-0');
      await propose([beta, explorer], 'drag-1');
      const ends = victims.map((victim) => (victim === 'second' ? second.kill() : platform.killAndAwait('wishlist')));
      balancer.towards(victims.length === 1 && accepting === 'first' ? second.url : first);
      await Promise.all(ends);
      if (victims.some((victim) => victim === 'second')) second = await startInstance(platform, 'wishlist', THEMES);
      await untilSettled('drag-1');
      expect(await titles()).to.deep.equal(['Beta I', 'Explorer', 'Renegade']);
    });

  it('loses neither an item nor a place when two tabs write through both at once', async () => {
    const before = [];
    for (let number = 0; number < 6; number += 1) before.push(await wish(`Before ${String(number)}`));
    const [changedId = '', deletedId = '', ...rest] = before;
    const writes: (() => Promise<Answer>)[] = Array.from({ length: 5 }, (_, tab) => [
      () => ask('POST', '/api/wishlist', { title: `Tab ${String(tab)}` }),
      () => ask('PUT', '/api/wishlist/order', { order: tab % 2 === 0 ? rest : rest.toReversed() }),
      () => ask('POST', '/api/wishlist/reorder/debounced', { order: rest.slice(tab % 4) }),
      () => ask('PATCH', `/api/wishlist/${changedId}`, { description: `As tab ${String(tab)} has it` }),
    ]).flat();
    writes.push(() => ask('DELETE', `/api/wishlist/${deletedId}`));

    const answers = await Promise.all(writes.map((write) => write()));
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).to.deep.equal(new Set([200, 201, 202, 204]));

    const list = await items();
    expect(list.map(({ sortOrder }) => sortOrder)).to.deep.equal(list.map((_, place) => place + 1));
    const remainingIds = [changedId, ...rest];
    const newIds = answers.flatMap(({ status, body }) => (status === 201 ? [itemReply.parse(body).itemId] : []));
    expect(list.map(({ itemId }) => itemId))
      .to.have.members([...remainingIds, ...newIds])
      .and.have.length(10);
  });

  it('creates one wish for one Idempotency-Key that reaches both at once', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => ask('POST', '/api/wishlist', { title: 'Once' }, key)),
    );
    expect(answers.some(({ status }) => status === 201)).to.equal(true);
    for (const { status } of answers) expect(status).to.be.oneOf([201, 409]);
    expect(await titles()).to.deep.equal(['Once']);
  });

  it('publishes every wish once, and no order that was replaced', async () => {
    const [a, b] = [await wish('a'), await wish('b')];
    await ask('PATCH', `/api/wishlist/${a}`, { title: 'A', price: { amount: 1299, currency: 'EUR' } });
    await ask('PUT', '/api/wishlist/order', { order: [b] });
    await propose([a], 'drag');
    await ask('POST', '/api/wishlist/reorder/cancel');
    await ask('DELETE', `/api/wishlist/${b}`);
    const events = await pollUntil('The news', publishedEvents, (events) => events.length >= 5);
    const owner = devUserId(builder);
    const expectedWish = {
      status: 'wished',
      owner,
      description: '',
      productLink: '',
      category: '',
      priority: 'medium',
    };
    const price = { amount: 1299, currency: 'EUR' };
    const inOrder = events.toSorted((event, next) => Number(event.revision) - Number(next.revision));
    expect(inOrder.map(({ eventType, payload }) => [eventType, payload])).to.deep.equal([
      ['wishlist-item.added', { ...expectedWish, itemId: a, title: 'a', price: null }],
      ['wishlist-item.added', { ...expectedWish, itemId: b, title: 'b', price: null }],
      ['wishlist-item.updated', { ...expectedWish, itemId: a, title: 'A', price }],
      ['wishlist.reordered', { status: 'reordered', owner, order: [b, a] }],
      ['wishlist-item.deleted', { status: 'deleted', owner, itemId: b }],
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).to.equal(events.length);
  });

  it('needs no other service', async () => {
    const others = CONTEXTS.filter(({ name }) => name !== 'wishlist');
    await Promise.all(others.map(async ({ name }) => platform.children.get(name)?.stop()));
    const a = await wish('a');
    const b = await wish('b');
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const { imageUrl } = itemReply.parse((await ask('PUT', `/api/wishlist/${a}/image`, picture)).body);
    expect((await ask('GET', imageUrl ?? '')).status).to.equal(200);
    await propose([b], 'drag');
    await untilSettled('drag');
    expect((await ask('DELETE', `/api/wishlist/${a}`)).status).to.equal(204);
    expect(await titles()).to.deep.equal(['b']);
  });
});
