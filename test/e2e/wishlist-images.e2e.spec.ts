import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { itemReply, type ItemReply } from '@lego-moc/wishlist/contracts/http-api';
import { hostileImages } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, stillImages } from '@lego-moc/testing/sample-images';
import { apiAs, expectProblem, type Answer, type Api } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

/** As the README says. */
const BYTES_MAX = 10 * 1024 * 1024;

const photo = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
    .withExif({ IFD0: { Artist: 'canary' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 8/1 0/1' } })
    .jpeg()
    .toBuffer();

/** Images of one size have equal lengths, whatever they show. */
const bitmap = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
    .png({ compressionLevel: 0 })
    .toBuffer();

describe('sending the image of a wish through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ask: Api;

  before(async () => {
    platform = await sharedPlatform();
    ask = apiAs(platform, `wisher-${randomUUID()}`);
  });

  const wish = async (title: string): Promise<ItemReply> =>
    itemReply.parse((await ask('POST', '/api/wishlist', { title })).body);
  const read = async (path: string): Promise<ItemReply> => itemReply.parse((await ask('GET', path)).body);
  const putImage = (itemId: string, bytes: Uint8Array, headers = {}): Promise<Answer> =>
    ask('PUT', `/api/wishlist/${itemId}/image`, bytes, headers);
  const storedImages = (itemId: string): readonly string[] =>
    readdirSync(join(platform.dataDir, 'wishlist'), { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.includes(itemId) && path.endsWith('.webp'),
    );

  it('serves it as WebP without camera data, below its own prefix, and removes it on request', async () => {
    const { itemId } = await wish('Explorer');
    const putReply = await putImage(itemId, await photo('red'), { 'content-type': 'text/plain' });
    const { imageUrl } = itemReply.parse(putReply.body);
    const imageReply = await ask('GET', imageUrl ?? '');
    expect(imageReply.headers.get('content-type')).to.equal('image/webp');
    const { format, width, height, exif } = await sharp(imageReply.body as Buffer).metadata();
    expect({ format, width, height, exif }).to.deep.equal({ format: 'webp', width: 64, height: 48, exif: undefined });
    expect(storedImages(itemId).map((path) => path.includes(join('wishlist/')))).to.deep.equal([true, true, true]);

    expect((await ask('DELETE', `/api/wishlist/${itemId}/image`)).status).to.equal(204);
    expectProblem(await ask('GET', imageUrl ?? ''), 404, 'image-not-found');
    expect(await read(`/api/wishlist/${itemId}`)).to.include({ imageUrl: null });
  });

  it('gives a new image a new URL, so that no browser cache shows the old one', async () => {
    const { itemId } = await wish('Explorer');
    const addresses = [];
    for (const colour of ['red', 'blue'])
      addresses.push(itemReply.parse((await putImage(itemId, await photo(colour))).body).imageUrl);
    expect(new Set(addresses).size).to.equal(2);
    const { dominant } = await sharp((await ask('GET', addresses[1] ?? '')).body as Buffer).stats();
    expect(dominant.b).to.be.greaterThan(dominant.r);
  });

  it('stores one image per Idempotency-Key, and refuses another of the same length', async () => {
    const { itemId } = await wish('Explorer');
    const key = { 'idempotency-key': randomUUID() };
    const [red, blue] = await Promise.all(['red', 'blue'].map((colour) => bitmap(colour)));
    expect(red?.length).to.equal(blue?.length);
    const first = await putImage(itemId, red!, key);
    expect((await putImage(itemId, red!, key)).body).to.deep.equal(first.body);
    expectProblem(await putImage(itemId, blue!, key), 422, 'idempotency-key-reused');
  });

  it('refuses what is no image, a bomb, an image too large, and one for another user’s item', async () => {
    const { itemId } = await wish('Explorer');
    const bomb = await sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(bomb.length).to.be.lessThan(BYTES_MAX);
    for (const text of ['', 'hello', '<svg xmlns="http://www.w3.org/2000/svg"/>', '\u00ff\u00d8\u00ff\u00e0'])
      expectProblem(await putImage(itemId, Buffer.from(text, 'latin1')), 422, 'image-unreadable');
    expectProblem(await putImage(itemId, bomb), 422, 'image-unreadable');
    expectProblem(await putImage(itemId, Buffer.alloc(BYTES_MAX, 1)), 422, 'image-unreadable');
    expectProblem(await putImage(itemId, Buffer.alloc(BYTES_MAX + 1, 1)), 413, 'body-too-large');
    const stranger = apiAs(platform, `stranger-${randomUUID()}`);
    for (const method of ['PUT', 'GET', 'DELETE'] as const) {
      const answer = await stranger(method, `/api/wishlist/${itemId}/image`, method === 'PUT' ? bomb : undefined);
      expect(answer.status, method).to.equal(404);
    }
    expect(await read(`/api/wishlist/${itemId}`)).to.include({ imageUrl: null });
    expect(storedImages(itemId)).to.deep.equal([]);
  });
});

describe('sending a hostile image of a wish through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let ask: Api;
  let image: string;

  before(async () => {
    ask = apiAs(await sharedPlatform(), `hostile-${randomUUID()}`);
    const { itemId } = itemReply.parse((await ask('POST', '/api/wishlist', { title: 'Explorer' })).body);
    image = `/api/wishlist/${itemId}/image`;
  });

  hostileImages(
    async (bytes) => {
      const reply = await ask('PUT', image, bytes);
      expect(reply.status).to.be.oneOf([200, 422]);
      if (reply.status === 422) return undefined;
      return [(await ask('GET', itemReply.parse(reply.body).imageUrl ?? '')).body as Buffer];
    },
    { stillImages, animatedImages },
  );
});
