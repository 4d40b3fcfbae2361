import { expect } from 'chai';
import type { Express, RequestHandler } from 'express';
import sharp from 'sharp';
import request from 'supertest';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { idempotent } from '@lego-moc/http/idempotency';
import { inMemoryIdempotencyStore } from '@lego-moc/http/in-memory-idempotency-store';
import { after } from '@lego-moc/kernel/instant';
import { foldedStates } from '@lego-moc/application/folded-states';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { signedImageRoute } from '@lego-moc/service/signed-image-route';
import { photograph, stillImages } from '@lego-moc/testing/sample-images';
import { IMAGES_FOLDER } from '../../application/ports/image-store.ts';
import { sweepImages } from '../../application/image-sweep.ts';
import { settleReorder, QUIET_MS } from '../../application/reorder-settling.ts';
import { wishlistsByOwner } from '../../application/wishlist-states.ts';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import type { ItemReply, PreviewedItem } from '../../contracts/http-api.ts';
import { wishlistDecider } from '../../domain/wishlist.ts';
import type { ItemId, WishlistEvent } from '../../domain/wishlist-events.ts';
import { memoryImages } from '../../testing/memory-images.ts';
import { wishImageProcessor } from '../images/wish-image-processor.ts';
import { CONTRACTS, readSignedImage } from './contracts.ts';
import { imageRoutes, readImageBody } from './images.route.ts';
import { itemRoutes } from './items.route.ts';
import { reorderRoutes } from './reorder.route.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const now = () => noon;
const ada = 'ada' as UserId;
const HOUR_MS = 3_600_000;

const service = () => {
  const streams = inMemoryStreams<WishlistEvent>('wishlist', now);
  const states = foldedStates(wishlistDecider, streams);
  const { handle } = states;
  const byOwner = wishlistsByOwner(states, streams);
  const reader = { ...byOwner, read: byOwner.latest };
  const images = memoryImages();
  const signIn: RequestHandler = (incoming, _response, next) => {
    setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? ada) as UserId, roles: [] } });
    next();
  };
  const app = createApi({
    service: 'wishlist',
    logger: silentLogger,
    metrics: createMetrics('wishlist', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      signedImageRoute(readSignedImage, IMAGES_FOLDER, images.privateImages),
      signIn,
      readImageBody,
      idempotent(inMemoryIdempotencyStore(), { logger: silentLogger }),
      itemRoutes({ handle, reader, categories: ['Space', 'Castle'], now, images }),
      reorderRoutes(handle, reader, now),
      imageRoutes({ handle, reader, images, imageProcessor: wishImageProcessor(imageProcessor()) }),
    ],
  });
  const settle = async (requestId: string) =>
    settleReorder(handle, () => after(noon, QUIET_MS))(
      wishlistId(ada),
      { requestId, order: [] as ItemId[], persistAt: after(noon, QUIET_MS) },
      { commandId: '8d1a4d3e-5b0c-5e0e-9b0a-2f6f3a0f1c11', correlationId: 'c', actor: 'ada' },
    );
  const erase = () =>
    handle(
      wishlistId(ada),
      { type: 'EraseWishlist', data: { at: noon } },
      { commandId: '0b9c7a4e-2d1f-5a3b-8c6d-4e5f60718293', correlationId: 'c', actor: 'spec' },
    );
  const sweep = sweepImages(images, streams, () => after(noon, HOUR_MS));
  return { app, settle, erase, images, sweep };
};

const urn = (code: string) => `urn:lego-moc:problem:${code}`;

const wish = async (app: Express, title: string, more: object = {}): Promise<ItemReply> =>
  (
    await request(app)
      .post('/v1/wishlist')
      .send({ title, ...more })
      .expect(201)
  ).body as ItemReply;

const titles = async (app: Express, query = ''): Promise<string[]> => {
  const reply = await request(app).get(`/v1/wishlist${query}`).expect(200);
  return (reply.body as { items: ItemReply[] }).items.map(({ title }) => title);
};

describe('items of a wishlist over HTTP', () => {
  it('adds items at the end, each with its own place', async () => {
    const { app } = service();
    await wish(app, 'Explorer', { category: 'space', price: { amount: 9999, currency: 'EUR' } });
    expect(await wish(app, 'Castle')).to.include({ sortOrder: 2, priority: 'medium', imageUrl: null });
    expect(await titles(app)).to.deep.equal(['Explorer', 'Castle']);
    expect(await titles(app, '?category=SPACE')).to.deep.equal(['Explorer']);
    expect(await titles(app, '?q=cast')).to.deep.equal(['Castle']);
  });

  it('replays the reply of a repeated request and refuses another request under its key', async () => {
    const { app } = service();
    const send = (title: string) => request(app).post('/v1/wishlist').set('idempotency-key', 'k').send({ title });
    const first = await send('Explorer').expect(201);
    const again = await send('Explorer').expect(201);
    expect(again.body).to.deep.equal(first.body);
    await send('Castle').expect(422);
    expect(await titles(app)).to.deep.equal(['Explorer']);
  });

  it('names each invalid field', async () => {
    const { app } = service();
    const send = (body: object) => request(app).post('/v1/wishlist').send(body).expect(400);
    expect((await send({ title: 'x', category: 'Trains' })).body).to.include({ type: urn('category-unknown') });
    for (const [field, value] of [
      ['productLink', 'javascript:alert(1)'],
      ['price', { amount: 1.5, currency: 'EUR' }],
      ['priority', 'huge'],
      ['sortOrder', 1],
    ] as const) {
      expect(JSON.stringify((await send({ title: 'x', [field]: value })).body)).to.include(field);
    }
  });

  for (const [label, title] of [
    ['spaces', '   '],
    ['zero-width characters', '\u200B\u200D\u2060\uFEFF'],
    ['direction marks', '\u200E\u202E'],
  ] as const)
    it(`refuses a title of ${label} only, added or changed`, async () => {
      const { app } = service();
      const { itemId } = await wish(app, 'Explorer');
      const addReply = await request(app).post('/v1/wishlist').send({ title }).expect(400);
      expect(JSON.stringify(addReply.body)).to.include('/title');
      const changeReply = await request(app).patch(`/v1/wishlist/${itemId}`).send({ title }).expect(400);
      expect(JSON.stringify(changeReply.body)).to.include('/title');
      expect(await titles(app)).to.deep.equal(['Explorer']);
    });

  it('hides the items of one user from another', async () => {
    const { app } = service();
    const { itemId } = await wish(app, 'Explorer');
    for (const method of ['get', 'delete'] as const) {
      await request(app)[method](`/v1/wishlist/${itemId}`).set('x-test-user', 'bob').expect(404);
    }
    await request(app).patch(`/v1/wishlist/${itemId}`).set('x-test-user', 'bob').send({ title: 'Mine' }).expect(404);
    await request(app)
      .put('/v1/wishlist/order')
      .set('x-test-user', 'bob')
      .send({ order: [itemId] })
      .expect(422);
    expect(await titles(app)).to.deep.equal(['Explorer']);
  });

  it('pages through the list without losing or repeating an item', async () => {
    const { app } = service();
    for (let number = 1; number <= 7; number += 1) await wish(app, `Item ${String(number)}`);
    const titlesSeen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const reply = await request(app).get(`/v1/wishlist${query}`).expect(200);
      const page = reply.body as { items: ItemReply[]; nextCursor: string | null };
      titlesSeen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    }
    expect(titlesSeen).to.deep.equal([1, 2, 3, 4, 5, 6, 7].map((number) => `Item ${String(number)}`));
  });

  it('shows later pages at the revision of the first, whatever another tab changes', async () => {
    const { app } = service();
    const [first, second] = [await wish(app, 'a'), await wish(app, 'b'), await wish(app, 'c')];
    const page = (await request(app).get('/v1/wishlist?limit=2')).body as { nextCursor: string };
    await request(app).delete(`/v1/wishlist/${first.itemId}`).expect(204);
    await request(app).delete(`/v1/wishlist/${second.itemId}`).expect(204);
    await wish(app, 'd');
    expect(await titles(app, `?limit=2&cursor=${page.nextCursor}`)).to.deep.equal(['c']);
  });

  it('refuses a cursor of another list, category or search', async () => {
    const { app } = service();
    for (const title of ['a', 'b']) await wish(app, title, { category: 'Space' });
    const first = await request(app).get('/v1/wishlist?limit=1&category=Space').expect(200);
    const { nextCursor } = first.body as { nextCursor: string };
    const ofTheFuture = Buffer.from(JSON.stringify(['99', 1, '[null,null]'])).toString('base64url');
    for (const query of [
      `cursor=${nextCursor}`,
      `category=Castle&cursor=${nextCursor}`,
      `cursor=${ofTheFuture}`,
      'cursor=x',
    ])
      expect((await request(app).get(`/v1/wishlist?${query}`).expect(400)).body).to.include({
        type: urn('cursor-invalid'),
      });
  });

  it('shows no later page once the account of the owner is erased', async () => {
    const { app, erase } = service();
    for (const title of ['a', 'b', 'c']) await wish(app, title);
    const cursorOf = async (query: string) =>
      ((await request(app).get(`/v1/wishlist${query}`).expect(200)).body as { nextCursor: string }).nextCursor;
    const ofTheLast = await cursorOf('?limit=1');
    await wish(app, 'd');
    const ofTheWhole = await cursorOf('?limit=1');
    await erase();
    for (const cursor of [ofTheLast, ofTheWhole])
      expect((await request(app).get(`/v1/wishlist?limit=1&cursor=${cursor}`).expect(400)).body).to.include({
        type: urn('cursor-invalid'),
      });
  });

  it('answers 412 to the second of two tabs that change the same revision', async () => {
    const { app } = service();
    const { itemId } = await wish(app, 'Explorer');
    const patch = (title: string) =>
      request(app).patch(`/v1/wishlist/${itemId}`).set('if-match', '"0"').send({ title });
    await patch('One').expect(200);
    expect((await patch('Other').expect(412)).body).to.include({ type: urn('revision-moved') });
  });
});

describe('reordering a wishlist over HTTP', () => {
  const three = async () => {
    const { app, settle } = service();
    const a = await wish(app, 'a');
    const b = await wish(app, 'b');
    const c = await wish(app, 'c');
    return { app, settle, ids: [a, b, c].map(({ itemId }) => itemId) as [string, string, string] };
  };
  const propose = (app: Express, requestId: string, order: string[]) =>
    request(app).post('/v1/wishlist/reorder/debounced').send({ order, requestId }).expect(202);
  const status = async (app: Express) => (await request(app).get('/v1/wishlist/reorder/status')).body as object;

  it('moves the named items to the front at once', async () => {
    const { app, ids } = await three();
    await request(app)
      .put('/v1/wishlist/order')
      .send({ order: [ids[2]] })
      .expect(204);
    expect(await titles(app)).to.deep.equal(['c', 'a', 'b']);
  });

  it('makes the last of several debounced orders take effect', async () => {
    const { app, settle, ids } = await three();
    expect((await propose(app, 'r-1', [ids[1]])).body).to.deep.equal({
      requestId: 'r-1',
      debounced: true,
      willPersistAt: after(noon, QUIET_MS),
    });
    await propose(app, 'r-2', [ids[2]]);
    expect(await status(app)).to.include({ status: 'pending', requestId: 'r-2' });
    await settle('r-1');
    expect(await titles(app)).to.deep.equal(['a', 'b', 'c']);
    await settle('r-2');
    expect(await titles(app)).to.deep.equal(['c', 'a', 'b']);
    expect(await status(app)).to.deep.equal({ status: 'settled', requestId: 'r-2', willPersistAt: null });
  });

  it('cancels an order that is waiting', async () => {
    const { app, settle, ids } = await three();
    await propose(app, 'r-1', [ids[1]]);
    const reply = await request(app).post('/v1/wishlist/reorder/cancel').send({}).expect(200);
    expect(reply.body).to.include({ status: 'idle' });
    await settle('r-1');
    expect(await titles(app)).to.deep.equal(['a', 'b', 'c']);
  });
});

describe('the image of a wish over HTTP', () => {
  const photo = () => photograph(40, 20);

  it('is stored as WebP without metadata and shown to its owner only', async () => {
    const { app } = service();
    const { itemId } = await wish(app, 'Explorer');
    const path = `/v1/wishlist/${itemId}/image`;
    const reply = await request(app)
      .put(path)
      .set('content-type', 'image/jpeg')
      .send(await photo())
      .expect(200);
    const { imageUrl } = reply.body as { imageUrl: string };
    const imageReply = await request(app).get(imageUrl).expect(200).expect('content-type', 'image/webp');
    expect(imageReply.headers['cache-control']).to.include('immutable');
    expect((imageReply.body as Buffer).toString('latin1'))
      .to.include('WEBP')
      .and.not.to.include('canary-owner');
    await request(app).get(path).set('x-test-user', 'bob').expect(404);
    await request(app)
      .put(path)
      .send(await photo())
      .expect(200)
      .expect(({ body }) => expect(body).to.have.property('imageUrl').that.does.not.equal(imageUrl));
    await request(app).get(imageUrl).expect(200).expect('cache-control', 'private, no-cache');
    await request(app).delete(path).expect(204);
    await request(app).get(path).expect(404);
  });

  it('is listed with signed URLs of its renditions, which need no user and cannot be changed', async () => {
    const { app } = service();
    const { itemId } = await wish(app, 'Explorer');
    await wish(app, 'Castle');
    await request(app)
      .put(`/v1/wishlist/${itemId}/image`)
      .send(await photograph(800, 400))
      .expect(200)
      .expect(({ body }) => expect(body).not.to.have.property('preview'));
    const page = await request(app).get('/v1/wishlist').expect(200).expect('cache-control', 'no-store');
    const [first, second] = (page.body as { items: PreviewedItem[] }).items;
    expect(second?.preview).to.equal(null);
    expect(first?.preview?.renditions).to.equal('processed');
    expect(first?.preview?.image).to.include({ width: 400, height: 800 });
    for (const { side, height, url } of first?.preview?.image?.renditions ?? []) {
      const reply = await request(app).get(url).expect(200).expect('content-type', 'image/webp');
      expect(height).to.equal(side);
      expect((await sharp(reply.body as Buffer).metadata()).height).to.equal(side);
      await request(app)
        .get(url.replace(`.${String(side)}.`, '.'))
        .expect(403);
    }
    expect((await request(app).get(`/v1/wishlist/${itemId}`)).body).to.have.nested.property('preview.image.blurhash');
  });

  it('may be a HEIC', async () => {
    const { app } = service();
    const { itemId } = await wish(app, 'Explorer');
    await request(app).put(`/v1/wishlist/${itemId}/image`).send(stillImages.HEIC).expect(200);
    await request(app).get(`/v1/wishlist/${itemId}/image`).expect(200).expect('content-type', 'image/webp');
  }).timeout(10_000);

  it('is refused with 422 when it cannot be decoded, and nothing is stored', async () => {
    const { app, images } = service();
    const { itemId } = await wish(app, 'Explorer');
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    for (const content of [drawing, '\xff\xd8\xff\xe0 not really', '']) {
      const reply = await request(app)
        .put(`/v1/wishlist/${itemId}/image`)
        .set('content-type', 'image/jpeg')
        .send(Buffer.from(content, 'latin1'))
        .expect(422);
      expect(reply.body).to.include({ type: urn('image-unreadable') });
    }
    expect(images.size()).to.equal(0);
  });

  for (const [label, change] of [
    [
      'replaced',
      async (app, path) =>
        request(app)
          .put(`${path}/image`)
          .send(await photo())
          .expect(200),
    ],
    ['removed', (app, path) => request(app).delete(`${path}/image`).expect(204)],
    ['deleted with its item', (app, path) => request(app).delete(path).expect(204)],
  ] as const satisfies readonly (readonly [string, (app: Express, path: string) => Promise<unknown>])[])
    it(`is removed by the sweep after it was ${label}, however long it had been shown`, async () => {
      const { app, images, sweep } = service();
      const { itemId } = await wish(app, 'Explorer');
      const path = `/v1/wishlist/${itemId}`;
      await request(app)
        .put(`${path}/image`)
        .send(await photo())
        .expect(200);
      expect(await sweep()).to.equal(0);
      const [imageKey] = images.keys();
      await change(app, path);
      expect(await sweep()).to.equal(1);
      expect(images.keys()).not.to.include(imageKey);
    });
});
