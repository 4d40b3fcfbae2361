import { MatchersV3 } from '@pact-foundation/pact';
import {
  NO_PICTURE,
  nothingYet,
  PICTURE,
  problem,
  type Contract,
  type Expectation,
  type Setup,
} from './expectation.ts';

const { regex, uuid, integer, string, iso8601DateTimeWithMillis, eachLike, equal } = MatchersV3;

/** The item of the state `an item on the wishlist`. */
const KNOWN_ITEM = '0190d1c5-6f00-4000-8000-000000000021';
/** An item that is on no list. */
const UNKNOWN_ITEM = '0190d1c5-6f00-4000-8000-000000000022';

const item = {
  itemId: uuid(KNOWN_ITEM),
  title: string('Galaxy Explorer'),
  description: string(''),
  productLink: string(''),
  category: string('Space'),
  priority: regex('low|medium|high', 'high'),
  sortOrder: integer(1),
  addedAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.000Z'),
};

const AN_ITEM = 'an item on the wishlist';
const AN_IMAGE = 'an item with an image';
const TWO_ITEMS = 'two items of two themes';
const AN_ORDER = 'a wishlist that was put in order';
const EMPTY = 'an empty wishlist';
const FULL = 'a wishlist with room for nothing more';

/** A list of two items stands at revision 1; a lagging read model may miss the second. */
const WITH_BOTH = { atLeastRevision: '1' };
const image = { path: `/v1/wishlist/${KNOWN_ITEM}/image` };
const imageUrl = regex(
  '^/v1/wishlist/[0-9a-f-]{36}/image\\?v=[0-9a-f-]{36}$',
  `${image.path}?v=0190d1c5-6f00-4000-8000-000000000023`,
);
const idle = { status: 'idle', requestId: null, willPersistAt: null };

const expectations: readonly Expectation[] = [
  {
    state: EMPTY,
    name: 'a wish',
    method: 'POST',
    path: '/v1/wishlist',
    body: { title: 'Galaxy Explorer', category: 'Space', priority: 'high' },
    status: 201,
    reply: { ...item, imageUrl: null, price: null },
  },
  {
    state: EMPTY,
    name: 'a wish with its price',
    method: 'POST',
    path: '/v1/wishlist',
    body: { title: 'Galaxy Explorer', price: { amount: 9999, currency: 'EUR' } },
    status: 201,
    reply: { ...item, category: '', priority: 'medium', imageUrl: null, price: { amount: 9999, currency: 'EUR' } },
  },
  {
    state: FULL,
    name: 'one wish too many',
    method: 'POST',
    path: '/v1/wishlist',
    body: { title: 'Galaxy Explorer' },
    status: 409,
    reply: problem('wishlist-full', 409),
  },
  {
    state: EMPTY,
    name: 'a look at the themes',
    method: 'GET',
    path: '/v1/wishlist/categories',
    status: 200,
    reply: { categories: eachLike('Space') },
  },
  {
    state: EMPTY,
    name: 'a wish without a title',
    method: 'POST',
    path: '/v1/wishlist',
    body: { category: 'Space' },
    status: 400,
    reply: { ...problem('invalid-request', 400), errors: eachLike({ pointer: '/title', detail: string('why') }) },
  },
  {
    state: AN_ITEM,
    name: 'a look at the list',
    method: 'GET',
    path: '/v1/wishlist',
    status: 200,
    reply: { items: eachLike(item), total: integer(1), nextCursor: null },
  },
  {
    state: TWO_ITEMS,
    name: 'a look at a page that is not the last',
    method: 'GET',
    path: '/v1/wishlist',
    query: { limit: '1', ...WITH_BOTH },
    status: 200,
    reply: { items: eachLike(item), total: 2, nextCursor: regex('^[\\w-]+$', 'WyIxIiwxLCJbbnVsbCxudWxsXSJd') },
  },
  {
    state: TWO_ITEMS,
    name: 'a look at the items of one theme',
    method: 'GET',
    path: '/v1/wishlist',
    query: { category: 'Space', ...WITH_BOTH },
    status: 200,
    reply: { items: eachLike({ ...item, category: equal('Space') }), total: 1, nextCursor: null },
  },
  {
    state: AN_ITEM,
    name: 'another title for an item',
    method: 'PATCH',
    path: `/v1/wishlist/${KNOWN_ITEM}`,
    body: { title: 'Renegade' },
    status: 200,
    reply: { ...item, title: 'Renegade' },
  },
  {
    state: AN_ITEM,
    name: 'another title for an item that has changed meanwhile',
    method: 'PATCH',
    path: `/v1/wishlist/${KNOWN_ITEM}`,
    headers: { 'If-Match': '"99"' },
    body: { title: 'Renegade' },
    status: 412,
    reply: problem('revision-moved', 412),
  },
  {
    state: EMPTY,
    name: 'a look at an item that is not there',
    method: 'GET',
    path: `/v1/wishlist/${UNKNOWN_ITEM}`,
    status: 404,
    reply: problem('item-not-found', 404),
  },
  {
    state: AN_ITEM,
    name: 'an order at once',
    method: 'PUT',
    path: '/v1/wishlist/order',
    body: { order: [] },
    status: 204,
  },
  {
    state: AN_ITEM,
    name: 'an order that names an item which is not there',
    method: 'PUT',
    path: '/v1/wishlist/order',
    body: { order: [UNKNOWN_ITEM] },
    status: 422,
    reply: {
      ...problem('order-names-unknown-item', 422),
      errors: eachLike({ pointer: '/order', detail: string('why') }),
    },
  },
  {
    state: AN_ITEM,
    name: 'an order while dragging',
    method: 'POST',
    path: '/v1/wishlist/reorder/debounced',
    body: { order: [], requestId: 'drag-1' },
    status: 202,
    reply: {
      requestId: 'drag-1',
      debounced: true,
      willPersistAt: iso8601DateTimeWithMillis('2026-01-01T12:00:00.500Z'),
    },
  },
  {
    state: AN_ORDER,
    name: 'a look at what became of an order',
    method: 'GET',
    path: '/v1/wishlist/reorder/status',
    status: 200,
    reply: { status: 'settled', requestId: string('drag-1'), willPersistAt: null },
  },
  {
    state: AN_ITEM,
    name: 'an order given up',
    method: 'POST',
    path: '/v1/wishlist/reorder/cancel',
    body: { requestId: 'drag-1' },
    status: 200,
    reply: idle,
  },
  {
    ...{ state: AN_ITEM, name: 'an image for an item', method: 'PUT', ...image, body: PICTURE },
    ...{ status: 200, reply: { ...item, imageUrl, price: null } },
  },
  {
    ...{ state: AN_ITEM, name: 'an image that is none', method: 'PUT', ...image, body: NO_PICTURE },
    ...{ status: 422, reply: problem('image-unreadable', 422) },
  },
  { state: AN_IMAGE, name: 'a look at an image', method: 'GET', ...image, status: 200, reply: 'a picture' },
  {
    ...{ state: AN_ITEM, name: 'a look at an image that is not there', method: 'GET', ...image },
    ...{ status: 404, reply: problem('image-not-found', 404) },
  },
  { state: AN_IMAGE, name: 'the end of an image', method: 'DELETE', ...image, status: 204 },
  {
    state: AN_ITEM,
    name: 'the end of a wish',
    method: 'DELETE',
    path: `/v1/wishlist/${KNOWN_ITEM}`,
    status: 204,
  },
];

const GALAXY_EXPLORER = { title: 'Galaxy Explorer', category: 'Space', priority: 'high' };
const BLACK_FORTRESS = { title: 'Black Fortress', category: 'Castle' };

const wishFor = async ({ send }: Setup, wish: object): Promise<string> =>
  ((await send('POST', '/v1/wishlist', wish)) as { itemId: string }).itemId;

const fill = async (setup: Setup): Promise<undefined> => {
  const ITEMS_MAX = 1_000;
  const AT_ONCE = 20;
  const some = Array.from({ length: AT_ONCE }, async () => {
    for (let batch = 0; batch < ITEMS_MAX / AT_ONCE; batch += 1) await wishFor(setup, GALAXY_EXPLORER);
  });
  await Promise.all(some);
};

/** The expectations of the gateway, and of the clients behind it, on the wishlist service. */
export const wishlistContract: Contract = {
  consumer: 'gateway',
  provider: 'wishlist',
  expectations,
  knownId: KNOWN_ITEM,
  states: {
    [EMPTY]: nothingYet,
    [FULL]: fill,
    [AN_ITEM]: (setup) => wishFor(setup, GALAXY_EXPLORER),
    [AN_IMAGE]: async (setup) => {
      const itemId = await wishFor(setup, GALAXY_EXPLORER);
      await setup.send('PUT', `/v1/wishlist/${itemId}/image`, PICTURE);
      return itemId;
    },
    [TWO_ITEMS]: async (setup) => {
      await wishFor(setup, BLACK_FORTRESS);
      return wishFor(setup, GALAXY_EXPLORER);
    },
    [AN_ORDER]: async (setup) => {
      await wishFor(setup, BLACK_FORTRESS);
      const itemId = await wishFor(setup, GALAXY_EXPLORER);
      await setup.send('PUT', '/v1/wishlist/order', { order: [itemId] });
      return itemId;
    },
  },
};
