import { MatchersV3 } from '@pact-foundation/pact';
import { nothingYet, problem, type Contract, type Expectation } from './expectation.ts';

const { regex, uuid, integer, string, iso8601DateTimeWithMillis, eachLike } = MatchersV3;

/** The item that is there in the state `an item on the wishlist`. */
const KNOWN_ITEM = '0190d1c5-6f00-4000-8000-000000000021';
/** An item that nobody has. */
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
const EMPTY = 'an empty wishlist';

const expectations: readonly Expectation[] = [
  {
    given: EMPTY,
    name: 'a wish',
    method: 'POST',
    path: '/v1/wishlist',
    body: { title: 'Galaxy Explorer', category: 'Space', priority: 'high' },
    status: 201,
    reply: { ...item, imageUrl: null, price: null },
  },
  {
    given: EMPTY,
    name: 'a wish without a title',
    method: 'POST',
    path: '/v1/wishlist',
    body: { category: 'Space' },
    status: 400,
    reply: { ...problem('invalid-request', 400), errors: eachLike({ pointer: '/title', detail: string('why') }) },
  },
  {
    given: AN_ITEM,
    name: 'a look at the list',
    method: 'GET',
    path: '/v1/wishlist',
    status: 200,
    reply: { items: eachLike(item), total: integer(1), nextCursor: null },
  },
  {
    given: AN_ITEM,
    name: 'another title for an item',
    method: 'PATCH',
    path: `/v1/wishlist/${KNOWN_ITEM}`,
    body: { title: 'Renegade' },
    status: 200,
    reply: { ...item, title: 'Renegade' },
  },
  {
    given: EMPTY,
    name: 'a look at an item that is not there',
    method: 'GET',
    path: `/v1/wishlist/${UNKNOWN_ITEM}`,
    status: 404,
    reply: problem('item-not-found', 404),
  },
  {
    given: AN_ITEM,
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
  { given: AN_ITEM, name: 'the end of a wish', method: 'DELETE', path: `/v1/wishlist/${KNOWN_ITEM}`, status: 204 },
];

/** What the gateway, and the clients behind it, expect of the wishlist service. */
export const wishlistContract: Contract = {
  provider: 'wishlist',
  expectations,
  knownId: KNOWN_ITEM,
  states: {
    [EMPTY]: nothingYet,
    [AN_ITEM]: async ({ send }) => {
      const wish = { title: 'Galaxy Explorer', category: 'Space', priority: 'high' };
      return ((await send('POST', '/v1/wishlist', wish)) as { itemId: string }).itemId;
    },
  },
};
