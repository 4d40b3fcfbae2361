import { expect } from 'chai';
import supertest from 'supertest';
import { foldedStates } from '@lego-moc/application/folded-states';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import { ownerIn } from '../../application/wishlist-owner.ts';
import { wishlistDecider } from '../../domain/wishlist.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';
import { CONTRACTS } from './contracts.ts';
import { legacyWishRoutes } from './legacy-wishes.route.ts';

const PATH = '/internal/v1/legacy-wishes';
const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const addedAt = '2019-05-04T12:00:00.123Z';
const columns = { title: 'Castle', description: null, product_link: null, image_url: null, category: null };
const change = (owner: string, itemId: string, sort_order: string, sequence = 0) => ({
  ...{ owner, itemId, sequence },
  row: { columns: { ...columns, sort_order }, addedAt },
});

const listOf = (owner: string): string => `${PATH}/${wishlistId(owner as UserId)}`;

const LISTS = ['ada', 'ben'].map((owner): string => wishlistId(owner as UserId)).toSorted();

describe('taking over wishes by HTTP', () => {
  const api = (service = 'migration') => {
    const streams = inMemoryStreams<WishlistEvent>('wishlist');
    return supertest(
      createApi({
        service: 'wishlist',
        logger: silentLogger,
        metrics: createMetrics('wishlist', { processMetrics: false }),
        contracts: CONTRACTS,
        checkReplies: true,
        routes: [
          (request, _response, next) => {
            setCaller(request, { service });
            next();
          },
          legacyWishRoutes({
            states: foldedStates(wishlistDecider, streams),
            ownerOf: ownerIn(streams),
            listIds: (after, limit) => Promise.resolve(LISTS.filter((id) => id > (after ?? '')).slice(0, limit)),
          }),
        ],
      }),
    );
  };

  it('keeps ids of all zeros and all f, and users that differ by case only', async () => {
    const wishlist = api();
    const changes = [
      change('Ada@example.test', NIL, '10'),
      change('Ada@example.test', MAX, '9'),
      change('ada@example.test', NIL, '1'),
    ];
    await wishlist.post(PATH).send({ changes }).expect(200, { findings: [], refusals: [] });
    const { body } = (await wishlist.get(listOf('Ada@example.test')).expect(200)) as {
      body: { rows: { itemId: string; columns: object }[] };
    };
    expect(body.rows.map(({ itemId }) => itemId)).to.deep.equal([MAX, NIL]);
    expect(body.rows[0]?.columns).to.deep.equal({ ...columns, sort_order: '9' });
  });

  it('states what it found in a row, and deletes what was deleted', async () => {
    const wishlist = api();
    const changes = [change('ada', NIL, 'n/a', 1)];
    const reply = { findings: [{ itemId: NIL, findings: ['order-unreadable'] }], refusals: [] };
    await wishlist.post(PATH).send({ changes }).expect(200, reply);
    await wishlist
      .post(PATH)
      .send({ changes: [{ owner: 'ada', itemId: NIL, sequence: 2, row: null }] })
      .expect(200);
    await wishlist.get(listOf('ada')).expect(200, { owner: 'ada', revision: 1, rows: [], deleted: [NIL] });
  });

  it('lists wishlists with their owners, a page at a time', async () => {
    const wishlist = api();
    await wishlist
      .post(PATH)
      .send({ changes: [change('ada', NIL, '1')] })
      .expect(200);
    const ownerIn = (listId: string): string | null => (listId === wishlistId('ada' as UserId) ? 'ada' : null);
    const [first = '', last = ''] = LISTS;
    await wishlist.get(`${PATH}?limit=1`).expect(200, { lists: [{ listId: first, owner: ownerIn(first) }] });
    await wishlist
      .get(`${PATH}?limit=1&after=${first}`)
      .expect(200, { lists: [{ listId: last, owner: ownerIn(last) }] });
    await wishlist.get(`${PATH}?after=${last}`).expect(200, { lists: [] });
    await api('search').get(PATH).expect(403);
  });

  it('refuses every service but the migration, and more than 500 changes', async () => {
    await api('search').post(PATH).send({ changes: [] }).expect(403);
    await api('search').get(listOf('ada')).expect(403);
    const changes = Array.from({ length: 501 }, () => change('ada', NIL, '1'));
    await api().post(PATH).send({ changes }).expect(400);
  });
});
