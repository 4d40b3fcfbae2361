import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { still } from '@lego-moc/testing/made-pictures';
import { eventually } from '@lego-moc/local/gateway-client';
import {
  debouncedReorderReply,
  itemReply,
  listReply,
  reorderStatusReply,
  type ItemReply,
} from '@lego-moc/wishlist/contracts/http-api';
import { answersTo, expectProblem, type AnswersTo } from './answers.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const ITEMS_MAX = 1_000;

describe('the wishlist’s API, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ask: AnswersTo;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    ask = answersTo(platform, `wisher-${randomUUID()}`);
  });

  const wish = async (title: string, more: object = {}): Promise<ItemReply> => {
    const { status, body } = await ask('POST', '/api/wishlist', { title, ...more });
    expect(status, JSON.stringify(body)).to.equal(201);
    return itemReply.parse(body);
  };
  const three = async (): Promise<[string, string, string]> => {
    const [a, b, c] = [await wish('a'), await wish('b'), await wish('c')];
    return [a.itemId, b.itemId, c.itemId];
  };
  const read = async (path: string): Promise<ItemReply> => itemReply.parse((await ask('GET', path)).body);
  /** No older than what was written last. */
  const list = async (query = '') => {
    const { headers } = await ask('PUT', '/api/wishlist/order', { order: [] });
    const revision = headers.get('etag')?.replaceAll('"', '') ?? '0';
    return listReply.parse((await ask('GET', `/api/wishlist?atLeastRevision=${revision}${query}`)).body);
  };
  const titles = async (query = ''): Promise<string[]> => (await list(query)).items.map(({ title }) => title);
  const status = async () => reorderStatusReply.parse((await ask('GET', '/api/wishlist/reorder/status')).body);
  const propose = async (order: readonly string[], requestId?: string) => {
    const reply = await ask('POST', '/api/wishlist/reorder/debounced', { order, requestId });
    expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
    expect(reply.headers.get('location')).to.equal('/v1/wishlist/reorder/status');
    return debouncedReorderReply.parse(reply.body);
  };
  const settled = (requestId: string) =>
    eventually(
      `the order ${requestId}`,
      status,
      (found) => found.status === 'settled' && found.requestId === requestId,
    );

  describe('wishing', () => {
    const everything = {
      title: 'Galaxy Explorer 🚀',
      description: 'Blue, grey and trans-yellow',
      productLink: 'https://shop.example/10497',
      category: 'Space',
      priority: 'high',
      price: { amount: 9999, currency: 'EUR' },
    };

    it('keeps all that was said, says where, and lets it be changed and ended', async () => {
      const made = await ask('POST', '/api/wishlist', everything);
      expect(made.status).to.equal(201);
      expect(made.body).to.deep.include({ ...everything, imageUrl: null, sortOrder: 1 });
      const place = made.headers.get('location') ?? '';

      const found = await ask('GET', place);
      expect(found.body).to.deep.equal(made.body);
      expect(found.headers.get('etag')).to.equal(made.headers.get('etag'));
      const unchanged = await ask('GET', place, undefined, { 'if-none-match': found.headers.get('etag') ?? '' });
      expect(unchanged.status).to.equal(304);

      const changed = await ask('PATCH', place, { priority: 'low', price: null });
      expect(changed.body).to.deep.include({ ...everything, priority: 'low', price: null });
      expect(await read(place)).to.deep.equal(changed.body);

      for (const status of [204, 204]) expect((await ask('DELETE', place)).status).to.equal(status);
      expectProblem(await ask('GET', place), 404, 'item-not-found');
      expectProblem(await ask('PATCH', place, { title: 'again' }), 404, 'item-not-found');
      expect(await titles()).to.deep.equal([]);
    });

    it('sorts under the themes that it names, however they are spelt', async () => {
      const { body } = await ask('GET', '/api/wishlist/categories');
      const { categories } = body as { categories: readonly string[] };
      expect(categories).to.include.members(['Space', 'Castle', 'Technic']);
      expect(await wish('Castle', { category: 'cAsTlE' })).to.include({ category: 'Castle' });
      expect(await wish('Anything')).to.include({ category: '' });
    });

    const REFUSED: readonly (readonly [string, object, string, string?])[] = [
      ['no title', {}, '/title'],
      ['a blank title', { title: ' \t' }, '/title'],
      ['a title of 201 characters', { title: 'x'.repeat(201) }, '/title'],
      ['half of an emoji', { title: '🚀'.slice(0, 1) }, '/title'],
      ['a title with U+0000', { title: 'a\0b' }, '/title'],
      ['a link that runs a script', { title: 'x', productLink: 'javascript:alert(1)' }, '/productLink'],
      ['a link that hides that it does', { title: 'x', productLink: ' \tJavaScript:alert(1)' }, '/productLink'],
      ['a link with data', { title: 'x', productLink: 'data:text/html,<script>' }, '/productLink'],
      ['a link to an FTP server', { title: 'x', productLink: 'ftp://shop.example/1' }, '/productLink'],
      ['a link without a scheme', { title: 'x', productLink: '//evil.example' }, '/productLink'],
      ['a theme that is none', { title: 'x', category: 'Trainz' }, '/category', 'category-unknown'],
      ['a priority that is none', { title: 'x', priority: 'urgent' }, '/priority'],
      ['a price below nothing', { title: 'x', price: { amount: -1, currency: 'EUR' } }, '/price/amount'],
      ['a price that is no number', { title: 'x', price: { amount: NaN, currency: 'EUR' } }, '/price/amount'],
      ['half a cent', { title: 'x', price: { amount: 0.5, currency: 'EUR' } }, '/price/amount'],
      ['a price beyond counting', { title: 'x', price: { amount: 2 ** 53, currency: 'EUR' } }, '/price/amount'],
      ['a price in nothing', { title: 'x', price: { amount: 1 } }, '/price/currency'],
      ['a currency that nobody has', { title: 'x', price: { amount: 1, currency: 'ABC' } }, '/price/currency'],
      ['a place of its own choice', { title: 'x', sortOrder: 1 }, ''],
      ['another owner', { title: 'x', owner: 'bob' }, ''],
    ];
    it('refuses what is not as it should be, names the field, and keeps nothing of it', async () => {
      for (const [, body, pointer, code = 'invalid-request'] of REFUSED)
        expectProblem(await ask('POST', '/api/wishlist', body), 400, code, pointer);
      expectProblem(await ask('POST', '/api/wishlist', Buffer.from('{"title":"x"}')), 415, 'media-type-unsupported');

      const { itemId } = await wish('x');
      for (const [, body, pointer, code = 'invalid-request'] of REFUSED.slice(1))
        expectProblem(await ask('PATCH', `/api/wishlist/${itemId}`, body), 400, code, pointer);
      expect(await titles()).to.deep.equal(['x']);
    });

    it('happens once under one Idempotency-Key, and is refused for another wish', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const first = await ask('POST', '/api/wishlist', { title: 'Once' }, key);
      const again = await ask('POST', '/api/wishlist', { title: 'Once' }, key);
      expect(again.body).to.deep.equal(first.body);
      expect(again.headers.get('location')).to.equal(first.headers.get('location'));
      expectProblem(await ask('POST', '/api/wishlist', { title: 'Other' }, key), 422, 'idempotency-key-reused');
      expect(await titles()).to.deep.equal(['Once']);
    });

    it('tells the second of two tabs what it did not see', async () => {
      const { itemId } = await wish('Explorer');
      const { headers } = await ask('GET', `/api/wishlist/${itemId}`);
      const asSeen = { 'if-match': headers.get('etag') ?? '' };
      expect((await ask('PATCH', `/api/wishlist/${itemId}`, { title: 'One' }, asSeen)).status).to.equal(200);
      for (const late of [
        await ask('PATCH', `/api/wishlist/${itemId}`, { title: 'Other' }, asSeen),
        await ask('DELETE', `/api/wishlist/${itemId}`, undefined, asSeen),
        await ask('PUT', '/api/wishlist/order', { order: [itemId] }, asSeen),
        await ask('POST', '/api/wishlist/reorder/debounced', { order: [itemId] }, asSeen),
        await ask('PUT', `/api/wishlist/${itemId}/image`, still.JPEG, asSeen),
      ])
        expectProblem(late, 412, 'revision-moved');
      expect(await read(`/api/wishlist/${itemId}`)).to.include({ title: 'One', imageUrl: null });
    });

    it('ends at a thousand wishes, which still are put in order', async () => {
      const some = Array.from({ length: 20 }, (_, worker) => worker);
      const made = await Promise.all(
        some.map(async (worker) => {
          const ids: string[] = [];
          for (let number = worker; number < ITEMS_MAX; number += some.length)
            ids.push((await wish(`Wish ${String(number)}`)).itemId);
          return ids;
        }),
      );
      expectProblem(await ask('POST', '/api/wishlist', { title: 'One more' }), 409, 'wishlist-full');
      const order = made.flat().toReversed();
      expect((await ask('PUT', '/api/wishlist/order', { order })).status).to.equal(204);
      const { items, total } = await list('&limit=200');
      expect(total).to.equal(ITEMS_MAX);
      expect(items.map(({ itemId }) => itemId)).to.deep.equal(order.slice(0, 200));
      expect(items.map(({ sortOrder }) => sortOrder)).to.deep.equal(items.map((_, place) => place + 1));
    });
  });

  describe('being erased', () => {
    it('takes the wishes along, and takes none again although the token is still good', async () => {
      const { itemId } = await wish('Explorer');
      await ask('PUT', `/api/wishlist/${itemId}/image`, still.JPEG);
      await propose([itemId], 'drag');
      expect((await ask('DELETE', '/api/users/me')).status).to.equal(204);
      await eventually(
        'Forgetting',
        () => ask('GET', `/api/wishlist/${itemId}`),
        (answer) => answer.status === 404,
      );
      for (const [method, path, body] of [
        ['POST', '/api/wishlist', { title: 'Back again' }],
        ['PATCH', `/api/wishlist/${itemId}`, { title: 'Back again' }],
        ['PUT', '/api/wishlist/order', { order: [] }],
        ['POST', '/api/wishlist/reorder/debounced', { order: [] }],
      ] as const)
        expectProblem(await ask(method, path, body), 410, 'user-erased');
      expectProblem(await ask('GET', `/api/wishlist/${itemId}/image`), 404, 'image-not-found');
      await eventually(
        'An empty list',
        () => ask('GET', '/api/wishlist'),
        ({ body }) => listReply.parse(body).total === 0,
      );
    });
  });

  describe('reading', () => {
    it('finds by theme and by words in title and description, whatever their case and accents', async () => {
      await wish('Château', { category: 'Castle', description: 'with a dragon' });
      await wish('Dragon ship', { category: 'Pirates' });
      await wish('Rocket', { category: 'Space' });
      expect(await titles('&category=castle')).to.deep.equal(['Château']);
      expect(await titles('&q=chateau')).to.deep.equal(['Château']);
      expect(await titles('&q=DRAGON')).to.deep.equal(['Château', 'Dragon ship']);
      expect(await titles('&q=dragon%20ship')).to.deep.equal(['Dragon ship']);
      expect(await titles('&q=dragon&category=Castle')).to.deep.equal(['Château']);
      expect(await titles('&category=Technic')).to.deep.equal([]);
      expect(await titles('&q=%25')).to.deep.equal([]);
    });

    it('shows every wish once, page by page, while another tab deletes, adds and moves', async () => {
      const made = [];
      for (let number = 1; number <= 7; number += 1) made.push(await wish(`Wish ${String(number)}`));
      const seen: string[] = [];
      let page = await list('&limit=3');
      for (;;) {
        seen.push(...page.items.map(({ title }) => title));
        if (page.nextCursor === null) break;
        const [first, last] = [page.items.at(0), page.items.at(-1)];
        await ask('DELETE', `/api/wishlist/${last?.itemId ?? ''}`);
        await ask('PUT', '/api/wishlist/order', { order: [made.at(-1)?.itemId, first?.itemId] });
        await wish('Added meanwhile');
        page = listReply.parse((await ask('GET', `/api/wishlist?limit=3&cursor=${page.nextCursor}`)).body);
      }
      expect(seen).to.deep.equal(made.map(({ title }) => title));
    });

    it('takes no cursor but its own', async () => {
      for (const title of ['a', 'b']) await wish(title, { category: 'Space' });
      const { nextCursor } = await list('&limit=1&category=Space');
      const cursor = nextCursor ?? '';
      const bent = `${cursor.slice(0, -3)}${cursor.endsWith('AAA') ? 'BBB' : 'AAA'}`;
      const forged = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url');
      for (const query of [
        `category=Space&cursor=${bent}`,
        `cursor=${cursor}`,
        `category=Castle&cursor=${cursor}`,
        `category=Space&q=a&cursor=${cursor}`,
        'cursor=',
        'cursor=%00',
        `cursor=${forged('1', -1, '[null,null]')}`,
        `cursor=${forged('999999999999999999', 0, '[null,null]')}`,
        `cursor=${forged('9'.repeat(30), 0, '[null,null]')}`,
        `cursor=${forged("1'; drop table wishlists", 0, '[null,null]')}`,
      ]) {
        const answer = await ask('GET', `/api/wishlist?${query}`);
        expectProblem(answer, 400, query.includes('%00') ? 'invalid-request' : 'cursor-invalid');
      }
      const stranger = answersTo(platform, `stranger-${randomUUID()}`);
      expectProblem(await stranger('GET', `/api/wishlist?category=Space&cursor=${cursor}`), 400, 'cursor-invalid');
    });

    it('refuses a query that means nothing', async () => {
      for (const [query, pointer] of [
        ['limit=0', '/query/limit'],
        ['limit=201', '/query/limit'],
        ['limit=many', '/query/limit'],
        ['q=a&q=b', '/query/q'],
        [`q=${'x'.repeat(201)}`, '/query/q'],
        ['atLeastRevision=-1', '/query/atLeastRevision'],
        ['atLeastRevision=new', '/query/atLeastRevision'],
      ] as const)
        expectProblem(await ask('GET', `/api/wishlist?${query}`), 400, 'invalid-request', pointer);
      expectProblem(await ask('GET', '/api/wishlist/12'), 400, 'invalid-request', '/params/itemId');
    });
  });

  describe('putting the list in order', () => {
    it('moves what is named to the front, and all else keeps its order behind', async () => {
      const [a, b, c] = await three();
      expect((await ask('PUT', '/api/wishlist/order', { order: [c] })).status).to.equal(204);
      expect(await titles()).to.deep.equal(['c', 'a', 'b']);
      expect((await ask('PUT', '/api/wishlist/order', { order: [b, c, a] })).status).to.equal(204);
      expect(await titles()).to.deep.equal(['b', 'c', 'a']);
    });

    it('refuses an item twice, and items of others whether they are there or not', async () => {
      const [a, b] = await three();
      const stranger = answersTo(platform, `stranger-${randomUUID()}`);
      const theirs = itemReply.parse((await stranger('POST', '/api/wishlist', { title: 'theirs' })).body).itemId;
      for (const [method, path] of [
        ['PUT', '/api/wishlist/order'],
        ['POST', '/api/wishlist/reorder/debounced'],
      ] as const) {
        expectProblem(await ask(method, path, { order: [b, a, b] }), 422, 'order-repeats-item', '/order');
        for (const foreign of [theirs, randomUUID()])
          expectProblem(await ask(method, path, { order: [b, foreign] }), 422, 'order-names-unknown-item', '/order');
        expectProblem(await ask(method, path, { order: [b, 'x'] }), 400, 'invalid-request', '/order/1');
        expectProblem(await ask(method, path, {}), 400, 'invalid-request', '/order');
      }
      expect(await titles()).to.deep.equal(['a', 'b', 'c']);
      expect(await status()).to.include({ status: 'idle' });
    });

    it('does not mind what another tab deleted before or after it was asked for', async () => {
      const [a, b, c] = await three();
      await ask('DELETE', `/api/wishlist/${a}`);
      expect((await ask('PUT', '/api/wishlist/order', { order: [c, a, b] })).status).to.equal(204);
      expect(await titles()).to.deep.equal(['c', 'b']);
      const { requestId } = await propose([b, a, c]);
      await ask('DELETE', `/api/wishlist/${c}`);
      await wish('d');
      await settled(requestId);
      expect(await titles()).to.deep.equal(['b', 'd']);
    });

    it('waits for half a second of quiet while items are dragged, and the last order wins', async () => {
      const [a, b, c] = await three();
      const first = await propose([b], 'drag-1');
      const askedAt = Date.now();
      const last = await propose([c, b], 'drag-2');
      expect(last).to.include({ requestId: 'drag-2', debounced: true });
      expect(Date.parse(last.willPersistAt)).to.be.within(askedAt + 500, Date.now() + 500);
      expect(Date.parse(last.willPersistAt)).to.be.greaterThan(Date.parse(first.willPersistAt));
      expect(await status()).to.deep.equal({
        status: 'pending',
        requestId: 'drag-2',
        willPersistAt: last.willPersistAt,
      });
      expect(await settled('drag-2')).to.include({ willPersistAt: null });
      expect(Date.now()).to.be.at.least(Date.parse(last.willPersistAt));
      expect(await titles()).to.deep.equal(['c', 'b', 'a']);

      await propose([b], 'drag-3');
      await propose([a, b], 'drag-3');
      await settled('drag-3');
      expect(await titles()).to.deep.equal(['a', 'b', 'c']);
    });

    it('asks for nothing twice when the answer got lost', async () => {
      const [, b] = await three();
      const first = await propose([b], 'drag-1');
      expect(await propose([b], 'drag-1')).to.deep.equal(first);
      await settled('drag-1');
      await propose([b], 'drag-1');
      expect(await status()).to.include({ status: 'settled', requestId: 'drag-1' });
    });

    it('gives up the order that waits, and no other', async () => {
      const [, b] = await three();
      const cancel = async (body?: object) =>
        reorderStatusReply.parse((await ask('POST', '/api/wishlist/reorder/cancel', body)).body);
      const { willPersistAt } = await propose([b], 'drag-1');
      expect(await cancel({ requestId: 'drag-0' })).to.include({ status: 'pending', requestId: 'drag-1' });
      expect(await cancel({ requestId: 'drag-1' })).to.include({ status: 'idle' });
      await propose([b], 'drag-2');
      expect(await cancel()).to.deep.equal({ status: 'idle', requestId: null, willPersistAt: null });
      await eventually(
        'the time of the order',
        () => Promise.resolve(Date.now()),
        (now) => now > Date.parse(willPersistAt) + 1_000,
      );
      expect(await titles()).to.deep.equal(['a', 'b', 'c']);
      expect(await cancel()).to.include({ status: 'idle' });
    });
  });
});
