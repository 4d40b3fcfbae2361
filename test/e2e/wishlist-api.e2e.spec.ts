import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { stillImages } from '@lego-moc/testing/sample-images';
import { listReply } from '@lego-moc/wishlist/contracts/http-api';
import { expectProblem } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { newWisher, type Wisher } from './wisher.ts';

const ITEMS_MAX = 1_000;

describe('the wishlist’s API, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let wisher: Wisher;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    wisher = newWisher(platform);
  });

  describe('adding and changing wishes', () => {
    const allFields = {
      title: 'Galaxy Explorer 🚀',
      description: 'Blue, grey and trans-yellow',
      productLink: 'https://shop.example/10497',
      category: 'Space',
      priority: 'high',
      price: { amount: 9999, currency: 'EUR' },
    };

    it('stores every field, returns the location, and accepts changes and removal', async () => {
      const creation = await wisher.ask('POST', '/api/wishlist', allFields);
      expect(creation.status).to.equal(201);
      expect(creation.body).to.deep.include({ ...allFields, imageUrl: null, sortOrder: 1 });
      const place = creation.headers.get('location') ?? '';

      const itemReply = await wisher.ask('GET', place);
      // Replies to changes are kept for retries, and the signed URLs of a preview would expire in them.
      expect(itemReply.body).to.deep.equal({ ...(creation.body as object), preview: null });
      expect(itemReply.headers.get('etag')).to.equal(creation.headers.get('etag'));
      const conditionalReply = await wisher.ask('GET', place, undefined, {
        'if-none-match': itemReply.headers.get('etag') ?? '',
      });
      expect(conditionalReply.status).to.equal(304);

      const patchReply = await wisher.ask('PATCH', place, { priority: 'low', price: null });
      expect(patchReply.body).to.deep.include({ ...allFields, priority: 'low', price: null });
      expect(await wisher.read(place)).to.deep.equal(patchReply.body);

      for (const status of [204, 204]) expect((await wisher.ask('DELETE', place)).status).to.equal(status);
      expectProblem(await wisher.ask('GET', place), 404, 'item-not-found');
      expectProblem(await wisher.ask('PATCH', place, { title: 'again' }), 404, 'item-not-found');
      expect(await wisher.titles()).to.deep.equal([]);
    });

    it('accepts the themes that it lists, whatever their case', async () => {
      const { body } = await wisher.ask('GET', '/api/wishlist/categories');
      const { categories } = body as { categories: readonly string[] };
      expect(categories).to.include.members(['Space', 'Castle', 'Technic']);
      expect(await wisher.wish('Castle', { category: 'cAsTlE' })).to.include({ category: 'Castle' });
      expect(await wisher.wish('Anything')).to.include({ category: '' });
    });

    const REFUSAL_CASES: readonly (readonly [string, object, string, string?])[] = [
      ['no title', {}, '/title'],
      ['a blank title', { title: ' \t' }, '/title'],
      ['a title of 201 characters', { title: 'x'.repeat(201) }, '/title'],
      ['half of an emoji', { title: '🚀'.slice(0, 1) }, '/title'],
      ['a title with U+0000', { title: 'a\0b' }, '/title'],
      ['a link that runs a script', { title: 'x', productLink: 'javascript:alert(1)' }, '/productLink'],
      ['a disguised link that runs a script', { title: 'x', productLink: ' \tJavaScript:alert(1)' }, '/productLink'],
      ['a link with data', { title: 'x', productLink: 'data:text/html,<script>' }, '/productLink'],
      ['a link to an FTP server', { title: 'x', productLink: 'ftp://shop.example/1' }, '/productLink'],
      ['a link without a scheme', { title: 'x', productLink: '//evil.example' }, '/productLink'],
      ['an unknown theme', { title: 'x', category: 'Trainz' }, '/category', 'category-unknown'],
      ['an unknown priority', { title: 'x', priority: 'urgent' }, '/priority'],
      ['a negative price', { title: 'x', price: { amount: -1, currency: 'EUR' } }, '/price/amount'],
      ['a price that is no number', { title: 'x', price: { amount: NaN, currency: 'EUR' } }, '/price/amount'],
      ['half a cent', { title: 'x', price: { amount: 0.5, currency: 'EUR' } }, '/price/amount'],
      ['a price above the safe integers', { title: 'x', price: { amount: 2 ** 53, currency: 'EUR' } }, '/price/amount'],
      ['a price without a currency', { title: 'x', price: { amount: 1 } }, '/price/currency'],
      ['an unknown currency', { title: 'x', price: { amount: 1, currency: 'ABC' } }, '/price/currency'],
      ['a place on the list', { title: 'x', sortOrder: 1 }, ''],
      ['another owner', { title: 'x', owner: 'bob' }, ''],
    ];
    it('refuses invalid input, names the field, and stores nothing of it', async () => {
      for (const [, body, pointer, code = 'invalid-request'] of REFUSAL_CASES)
        expectProblem(await wisher.ask('POST', '/api/wishlist', body), 400, code, pointer);
      expectProblem(
        await wisher.ask('POST', '/api/wishlist', Buffer.from('{"title":"x"}')),
        415,
        'media-type-unsupported',
      );

      const { itemId } = await wisher.wish('x');
      for (const [, body, pointer, code = 'invalid-request'] of REFUSAL_CASES.slice(1))
        expectProblem(await wisher.ask('PATCH', `/api/wishlist/${itemId}`, body), 400, code, pointer);
      expect(await wisher.titles()).to.deep.equal(['x']);
    });

    it('happens once under one Idempotency-Key, and is refused for another wish', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const first = await wisher.ask('POST', '/api/wishlist', { title: 'Once' }, key);
      const again = await wisher.ask('POST', '/api/wishlist', { title: 'Once' }, key);
      expect(again.body).to.deep.equal(first.body);
      expect(again.headers.get('location')).to.equal(first.headers.get('location'));
      expectProblem(await wisher.ask('POST', '/api/wishlist', { title: 'Other' }, key), 422, 'idempotency-key-reused');
      expect(await wisher.titles()).to.deep.equal(['Once']);
    });

    it('refuses the change of a second tab that has not seen the first one’s', async () => {
      await wisher.wish('Crane');
      const { itemId } = await wisher.wish('Explorer');
      const { headers } = await wisher.ask('GET', `/api/wishlist/${itemId}`);
      const asSeen = { 'if-match': headers.get('etag') ?? '' };
      expect((await wisher.ask('PATCH', `/api/wishlist/${itemId}`, { title: 'One' }, asSeen)).status).to.equal(200);
      for (const late of [
        await wisher.ask('PATCH', `/api/wishlist/${itemId}`, { title: 'Other' }, asSeen),
        await wisher.ask('DELETE', `/api/wishlist/${itemId}`, undefined, asSeen),
        await wisher.ask('PUT', '/api/wishlist/order', { order: [itemId] }, asSeen),
        await wisher.ask('POST', '/api/wishlist/reorder/debounced', { order: [itemId] }, asSeen),
        await wisher.ask('PUT', `/api/wishlist/${itemId}/image`, stillImages.JPEG, asSeen),
      ])
        expectProblem(late, 412, 'revision-moved');
      expect(await wisher.read(`/api/wishlist/${itemId}`)).to.include({ title: 'One', imageUrl: null });
    });

    it('refuses wish 1,001, and still reorders a full list', async () => {
      const workers = Array.from({ length: 20 }, (_, worker) => worker);
      const idsByWorker = await Promise.all(
        workers.map(async (worker) => {
          const ids: string[] = [];
          for (let number = worker; number < ITEMS_MAX; number += workers.length)
            ids.push((await wisher.wish(`Wish ${String(number)}`)).itemId);
          return ids;
        }),
      );
      expectProblem(await wisher.ask('POST', '/api/wishlist', { title: 'One more' }), 409, 'wishlist-full');
      const order = idsByWorker.flat().toReversed();
      expect((await wisher.ask('PUT', '/api/wishlist/order', { order })).status).to.equal(204);
      const { items, total } = await wisher.list('&limit=200');
      expect(total).to.equal(ITEMS_MAX);
      expect(items.map(({ itemId }) => itemId)).to.deep.equal(order.slice(0, 200));
      expect(items.map(({ sortOrder }) => sortOrder)).to.deep.equal(items.map((_, place) => place + 1));
    });
  });

  describe('erasing the owner', () => {
    it('removes the wishes, and refuses new ones although the token is still valid', async () => {
      const { itemId } = await wisher.wish('Explorer');
      await wisher.wish('Castle');
      const { nextCursor } = await wisher.list('&limit=1');
      await wisher.ask('PUT', `/api/wishlist/${itemId}/image`, stillImages.JPEG);
      await wisher.propose([itemId], 'drag');
      expect((await wisher.ask('DELETE', '/api/users/me')).status).to.equal(204);
      await pollUntil(
        'Forgetting',
        () => wisher.ask('GET', `/api/wishlist/${itemId}`),
        (answer) => answer.status === 404,
      );
      for (const [method, path, body] of [
        ['POST', '/api/wishlist', { title: 'Back again' }],
        ['PATCH', `/api/wishlist/${itemId}`, { title: 'Back again' }],
        ['PUT', '/api/wishlist/order', { order: [] }],
        ['POST', '/api/wishlist/reorder/debounced', { order: [] }],
      ] as const)
        expectProblem(await wisher.ask(method, path, body), 410, 'user-erased');
      expectProblem(await wisher.ask('GET', `/api/wishlist/${itemId}/image`), 404, 'image-not-found');
      const before = await wisher.ask('GET', `/api/wishlist?limit=1&cursor=${nextCursor ?? ''}`);
      expectProblem(before, 400, 'cursor-invalid');
      await pollUntil(
        'An empty list',
        () => wisher.ask('GET', '/api/wishlist'),
        ({ body }) => listReply.parse(body).total === 0,
      );
    });
  });
});
