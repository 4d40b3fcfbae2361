import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import supertest from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import type { LegacyItem } from '../../contracts/legacy-api.ts';
import { wishlistDecider } from '../../domain/wishlist.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';
import { legacyItemRoutes } from './legacy-api.route.ts';
import { LEGACY_API_CONTRACTS } from './legacy-api-contracts.ts';
import { legacyReorderRoutes } from './legacy-reorder.route.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const PATH = '/legacy/wishlist';

describe('serving the contract of the monolith', () => {
  let ada: ReturnType<typeof supertest>;
  beforeEach(() => {
    const states = foldedStates(wishlistDecider, inMemoryStreams<WishlistEvent>('wishlist'));
    const needs = { states, now: () => noon };
    ada = supertest(
      createApi({
        service: 'wishlist',
        logger: silentLogger,
        metrics: createMetrics('wishlist', { processMetrics: false }),
        contracts: LEGACY_API_CONTRACTS,
        checkReplies: true,
        routes: [
          (request, _response, next) => {
            setCaller(request, { user: { id: 'ada' as UserId, roles: [] } });
            next();
          },
          legacyReorderRoutes(needs),
          legacyItemRoutes(needs),
        ],
      }),
    );
  });

  const add = async (body: object): Promise<LegacyItem> => {
    const reply = await ada.post(PATH).send(body).expect(200);
    return (reply.body as { data: LegacyItem }).data;
  };
  const list = async (query = ''): Promise<readonly LegacyItem[]> => {
    const reply = await ada.get(PATH + query).expect(200);
    return (reply.body as { data: { items: LegacyItem[] } }).data.items;
  };

  it('adds what the platform’s own contract would refuse, column for column', async () => {
    const wish = { title: '  Castle ', category: 'No theme', imageUrl: 'http://x/a.png', productLink: 'javascript:0' };
    const item = await add({ ...wish, sortOrder: 'n/a' });
    expect(item).to.deep.include({ ...wish, userId: 'ada', description: null, sortOrder: 'n/a', createdAt: noon });
    expect(await list()).to.deep.equal([item]);
  });

  it('numbers a wish without an order behind the largest', async () => {
    await add({ title: 'a', sortOrder: '41' });
    await add({ title: 'b', sortOrder: 'x' });
    expect((await add({ title: 'c' })).sortOrder).to.equal('42');
  });

  it('sorts orders as text, and filters by the category as it is spelt', async () => {
    for (const sortOrder of ['9', '10', '1']) await add({ title: sortOrder, sortOrder, category: 'Space' });
    await add({ title: 'other', sortOrder: '0', category: 'space' });
    expect((await list('?category=Space')).map(({ title }) => title)).to.deep.equal(['1', '10', '9']);
  });

  for (const method of ['put', 'patch'] as const)
    it(`changes by ${method} only what is named`, async () => {
      const { id } = await add({ title: 'Castle', description: 'old', sortOrder: '010' });
      await ada[method](`${PATH}/${id}`).send({ description: null }).expect(200);
      expect((await list())[0]).to.include({ title: 'Castle', description: null, sortOrder: '010' });
    });

  it('knows no item of others, no deleted one and no id that is none', async () => {
    const { id } = await add({ title: 'Castle' });
    await ada.delete(`${PATH}/${id}`).expect(200, { status: 200, message: 'Wishlist item deleted', data: { id } });
    await ada.delete(`${PATH}/${id}`).expect(404);
    await ada.patch(`${PATH}/${randomUUID()}`).send({ title: 'x' }).expect(404);
    await ada.patch(`${PATH}/7`).send({ title: 'x' }).expect(400);
  });

  it('finds by three names of the search', async () => {
    await add({ title: 'Red Castle' });
    await add({ title: 'Ship', description: 'with CASTLE' });
    await add({ title: 'Plane' });
    for (const name of ['q', 'query', 'search']) {
      const reply = await ada.get(`${PATH}/search?${name}=castle`).expect(200);
      expect((reply.body as { data: { items: unknown[] } }).data.items).to.have.length(2);
    }
  });

  it('orders all of the items named or none', async () => {
    const [first, second] = [await add({ title: 'a', sortOrder: '1' }), await add({ title: 'b', sortOrder: '2' })];
    const itemOrders = [
      { id: first.id, sortOrder: 5 },
      { id: second.id, sortOrder: '2' },
    ];
    const foreign = [...itemOrders, { id: randomUUID(), sortOrder: 0 }];
    await ada.put(`${PATH}/reorder`).send({ itemOrders: foreign }).expect(403);
    const reply = await ada.post(`${PATH}/reorder`).send({ itemOrders, requestId: 'r' }).expect(200);
    const { data } = reply.body as { data: { items: LegacyItem[]; changed: number; requestId: string } };
    expect(data).to.include({ changed: 1, requestId: 'r' });
    expect(data.items.map(({ title, sortOrder }) => title + sortOrder)).to.deep.equal(['b2', 'a5']);
  });

  it('says which order waits, and cancels it', async () => {
    const { id } = await add({ title: 'a', sortOrder: '1' });
    const body = { itemOrders: [{ id, sortOrder: '3' }], requestId: 'later' };
    await ada.post(`${PATH}/reorder/debounced`).send(body).expect(202);
    const status = await ada.get(`${PATH}/reorder/status`).expect(200);
    expect((status.body as { data: object }).data).to.include({ pending: true, requestId: 'later' });
    const cancel = await ada.post(`${PATH}/reorder/cancel`).expect(200);
    expect(cancel.body).to.deep.include({ data: { cancelled: true } });
    const second = await ada.post(`${PATH}/reorder/cancel`).expect(200);
    expect(second.body).to.deep.include({ data: { cancelled: false } });
  });
});
