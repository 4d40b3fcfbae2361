import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import sharp from 'sharp';
import { pollUntil } from '@lego-moc/application/poll-until';
import {
  albumReply,
  bulkReply,
  coveredAlbum,
  existReply,
  fileReply,
  galleryReply,
  imageListReply,
  imageReply,
  type AlbumReply,
  type ImageReply,
} from '@lego-moc/gallery/contracts/http-api';
import { searchPage } from '@lego-moc/search/contracts/http-api';
import { photograph, stillImages } from '@lego-moc/testing/sample-images';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

type Fields = Readonly<Record<string, string>>;

const form = (
  field: string,
  files: readonly (readonly [name: string, Uint8Array])[],
  fields: Fields = {},
): FormData => {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  for (const [name, bytes] of files) body.append(field, new Blob([new Uint8Array(bytes)]), name);
  return body;
};

const upload = (send: SendRequest, fields: Fields = {}, file: Uint8Array = stillImages.PNG, headers = {}) =>
  send('/api/images', { method: 'POST', body: form('image', [['crane.png', file]], fields), headers });

const uploadImage = async (send: SendRequest, fields: Fields = {}): Promise<ImageReply> => {
  const reply = await upload(send, fields);
  expect(reply.status, await reply.clone().text()).to.equal(201);
  return imageReply.parse(await reply.json());
};

const newAlbum = async (send: SendRequest, fields: object = {}): Promise<AlbumReply> => {
  const reply = await send('/api/albums', json('POST', { title: 'Cranes', ...fields }));
  expect(reply.status, await reply.clone().text()).to.equal(201);
  return albumReply.parse(await reply.json());
};

const refusal = async (reply: Response): Promise<string> =>
  `${String(reply.status)} ${(await problemCode(reply)) ?? ''}`;

describe('the gallery, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ada: SendRequest;
  let bob: SendRequest;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    ada = requestsAs(platform, `ada-${randomUUID()}`);
    bob = requestsAs(platform, `bob-${randomUUID()}`);
  });

  const idsIn = async (send: SendRequest, path: string): Promise<readonly string[]> =>
    imageListReply.parse(await (await send(path)).json()).images.map(({ imageId }) => imageId);

  it('is found by search: the public by everybody, the rest by its owner, and nothing once it is gone', async () => {
    const word = randomUUID().replaceAll('-', '');
    const { imageId, revision } = await uploadImage(ada, { title: `Crane ${word}` });
    const demand = `/api/search?q=${word}&type=image&atLeastRevision=${imageId}:${revision}`;
    const isOk = ({ status }: Response): boolean => status === 200;
    const reply = await pollUntil('That revision is indexed', () => ada(demand), isOk);
    expect(searchPage.parse(await reply.json()).items).to.have.length(1);
    expect(await refusal(await bob(demand))).to.equal('503 index-behind');
    await newAlbum(ada, { title: `Cranes ${word}`, visibility: 'public' });
    const titles = async (send: SendRequest): Promise<readonly string[]> => {
      const reply = await send(`/api/search?q=${word}&type=image,album`);
      return searchPage.parse(await reply.json()).items.map(({ title }) => title);
    };
    const hasBoth = (all: readonly string[]): boolean => all.length === 2;
    await pollUntil('The owner finds both', () => titles(ada), hasBoth);
    expect(await titles(bob)).to.deep.equal([`Cranes ${word}`]);
    await ada(`/api/images/${imageId}`, json('PATCH', { visibility: 'public' }));
    await pollUntil('Somebody else finds both', () => titles(bob), hasBoth);
    await ada(`/api/images/${imageId}`, { method: 'DELETE' });
    for (const send of [ada, bob])
      await pollUntil(
        'The image is not found',
        async () => (await titles(send)).join(),
        (title) => title === `Cranes ${word}`,
      );
  });

  it('stores an image upright as WebP without what the camera recorded, and says what its owner said', async () => {
    const reply = await upload(
      ada,
      { title: 'Crane', tags: 'crane, harbour', licence: 'cc-by-4.0', altText: 'A yellow crane' },
      await photograph(64, 48),
    );
    const image = imageReply.parse(await reply.json());
    expect(image).to.include({
      title: 'Crane',
      licence: 'cc-by-4.0',
      altText: 'A yellow crane',
      visibility: 'private',
    });
    expect(image.tags).to.deep.equal(['crane', 'harbour']);
    expect(reply.headers.get('location')).to.equal(`/v1/images/${image.imageId}`);
    const file = async () => fileReply.parse(await (await ada(`/api/images/${image.imageId}/file`)).json());
    const { url, image: processedImage } = await pollUntil('The renditions', file, (body) => body.image !== undefined);
    expect(processedImage?.renditions.map(({ side }) => side)).to.deep.equal([200, 400]);
    const [entry] = imageListReply.parse(await (await ada('/api/images')).json()).images;
    expect(entry?.renditions).to.equal('processed');
    const smallest = entry?.image?.renditions[0];
    const rendition = sharp(Buffer.from(await (await fetch(smallest?.url ?? '')).arrayBuffer()));
    expect(await rendition.metadata()).to.include({ format: 'webp', width: smallest?.width, height: smallest?.height });
    const { format, exif } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();
    expect({ format, exif }).to.deep.equal({ format: 'webp', exif: undefined });
  });

  it('draws the mark across renditions of a user who says so, unless an upload says otherwise', async () => {
    const settings = async (init?: RequestInit): Promise<unknown> => (await ada('/api/gallery/settings', init)).json();
    expect(await settings()).to.deep.equal({ watermark: false });
    expect(await settings(json('PUT', { watermark: true }))).to.deep.equal({ watermark: true });
    const picture = await photograph(800, 600);
    const imageIds: string[] = [];
    for (const query of ['', '?watermark=false']) {
      const body = form('image', [['crane.jpg', picture]]);
      const { imageId } = imageReply.parse(await (await ada(`/api/images${query}`, { method: 'POST', body })).json());
      imageIds.push(imageId);
    }
    const images = async () => {
      const { images: all } = imageListReply.parse(await (await ada('/api/images')).json());
      return imageIds.map((id) => all.find(({ imageId }) => imageId === id));
    };
    const entries = await pollUntil('Both have renditions', images, (pair) =>
      pair.every((entry) => entry?.renditions === 'processed'),
    );
    const [marked, plain] = await Promise.all(
      entries.map(async (entry) => {
        const image = entry?.image;
        const bytes = await (await fetch(image?.renditions[1]?.url ?? '')).arrayBuffer();
        return sharp(Buffer.from(bytes)).raw().toBuffer();
      }),
    );
    expect([plain?.length, plain?.equals(marked ?? Buffer.alloc(0))]).to.deep.equal([marked?.length, false]);
    expect(await settings()).to.deep.equal({ watermark: true });
  });

  it('is one image under one Idempotency-Key, and another content under it is refused', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = imageReply.parse(await (await upload(ada, {}, stillImages.PNG, key)).json());
    const again = imageReply.parse(await (await upload(ada, {}, stillImages.PNG, key)).json());
    expect(again).to.deep.equal(first);
    expect(await refusal(await upload(ada, {}, stillImages.JPEG, key))).to.equal('422 idempotency-key-reused');
    expect(await refusal(await upload(ada, { title: 'Other' }, stillImages.PNG, key))).to.equal(
      '422 idempotency-key-reused',
    );
  });

  it('gives each file of a bulk upload an outcome of its own', async () => {
    const { albumId } = await newAlbum(ada);
    const files = [
      ['one.png', stillImages.PNG],
      ['two.png', Buffer.alloc(3 * 1024 * 1024, 'no picture')],
      ['three.jpg', stillImages.JPEG],
    ] as const;
    const reply = await ada('/api/images/bulk', { method: 'POST', body: form('images', files, { albumId }) });
    const { results } = bulkReply.parse(await reply.json());
    const outcomes = results.map((result) => [
      result.name,
      result.status === 'uploaded' ? result.image.title : result.problem.status,
    ]);
    expect(outcomes).to.deep.equal([
      ['one.png', 'one'],
      ['two.png', 422],
      ['three.jpg', 'three'],
    ]);
    const imageIds = results.flatMap((result) => (result.status === 'uploaded' ? [result.image.imageId] : []));
    expect(await idsIn(ada, `/api/albums/${albumId}/images`)).to.deep.equal(imageIds);
  });

  it('refuses forms without a file, with a wrong field, with an unknown album', async () => {
    const nothing = await ada('/api/images', { method: 'POST', body: form('image', []) });
    expect(await refusal(nothing)).to.match(/^400 (invalid-request|multipart-malformed)/);
    expect(await refusal(await upload(ada, { visibility: 'everybody' }))).to.equal('400 invalid-request');
    expect(await refusal(await upload(ada, { albumId: randomUUID() }))).to.equal('404 album-not-found');
    const other = await ada('/api/images', { method: 'POST', body: form('picture', [['a.png', stillImages.PNG]]) });
    expect(await refusal(other)).to.equal('400 invalid-request');
  });

  it('shows a private image to its owner, an unlisted one to who has its id, a public one in the gallery', async () => {
    const { imageId } = await uploadImage(ada, { title: `Crane ${randomUUID()}` });
    const path = `/api/images/${imageId}`;
    const readStatuses = async () => [
      (await bob(path)).status,
      (await bob(`${path}/exists`)).status,
      (await bob(`${path}/file`)).status,
    ];
    const isListed = async () => (await idsIn(bob, '/api/images?scope=public&limit=100')).includes(imageId);

    expect(await readStatuses()).to.deep.equal([404, 404, 404]);
    await ada(path, json('PATCH', { visibility: 'unlisted' }));
    expect(await readStatuses()).to.deep.equal([200, 200, 200]);
    await ada(path, json('PATCH', { visibility: 'public' }));
    await pollUntil('The public list', isListed, (is) => is);
    expect(await readStatuses()).to.deep.equal([200, 200, 200]);
    expect(await refusal(await bob(path, json('PATCH', { title: 'Mine' })))).to.equal('403 not-the-owner');
    await ada(path, json('PATCH', { visibility: 'private' }));
    await pollUntil('The public list', isListed, (is) => !is);
  });

  it('says which of several images exist for the caller', async () => {
    const publicImage = await uploadImage(ada, { visibility: 'public' });
    const privateImage = await uploadImage(ada);
    const unknown = randomUUID();
    const ids = [publicImage.imageId, privateImage.imageId, unknown];
    const reply = await bob(`/api/images/exists?ids=${ids.join(',')}`);
    expect(existReply.parse(await reply.json())).to.deep.equal({
      existing: [publicImage.imageId],
      missing: [privateImage.imageId, unknown],
    });
    expect(await refusal(await bob('/api/images/exists?ids=x'))).to.equal('400 invalid-request');
  });

  it('keeps an album in order, with a cover that is one of its images', async () => {
    const { albumId } = await newAlbum(ada);
    const path = `/api/albums/${albumId}`;
    const [a, b, outside] = [await uploadImage(ada), await uploadImage(ada), await uploadImage(ada)];
    const ids = [a.imageId, b.imageId];
    await ada(`${path}/images`, json('POST', { imageIds: ids }));
    expect(await idsIn(ada, `${path}/images`)).to.deep.equal(ids);
    await ada(`${path}/order`, json('PUT', { order: [b.imageId] }));
    expect(await idsIn(ada, `${path}/images?limit=1`)).to.deep.equal([b.imageId]);
    expect(await idsIn(ada, `${path}/images?limit=1&cursor=1`)).to.deep.equal([a.imageId]);

    const cover = async (coverImageId: string | null) => ada(path, json('PATCH', { coverImageId }));
    expect(await refusal(await cover(outside.imageId))).to.equal('422 cover-not-in-album');
    expect(albumReply.parse(await (await cover(a.imageId)).json()).coverImageId).to.equal(a.imageId);
    await ada(`${path}/images/${a.imageId}`, { method: 'DELETE' });
    const readAlbum = async () => coveredAlbum.parse(await (await ada(path)).json());
    const album = await pollUntil('The cover', readAlbum, ({ cover }) => cover?.renditions === 'processed');
    expect(album).to.include({ coverImageId: b.imageId, imageCount: 1 });
    await ada(path, json('PATCH', { visibility: 'public' }));
    expect(coveredAlbum.parse(await (await bob(path)).json()).cover).to.equal(null);
  });

  it('moves and copies images between albums', async () => {
    const [from, to] = [await newAlbum(ada), await newAlbum(ada)];
    const [a, b] = [
      await uploadImage(ada, { albumId: from.albumId }),
      await uploadImage(ada, { albumId: from.albumId }),
    ];
    const put = (imageId: string, more = {}) =>
      ada(`/api/albums/${to.albumId}/images`, json('POST', { imageIds: [imageId], ...more }));
    await put(a.imageId, { moveFrom: from.albumId });
    await put(b.imageId);
    expect(await idsIn(ada, `/api/albums/${from.albumId}/images`)).to.deep.equal([b.imageId]);
    expect(await idsIn(ada, `/api/albums/${to.albumId}/images`)).to.deep.equal([a.imageId, b.imageId]);
  });

  it('shows images and albums in one list, page by page, and finds them by tag and by words', async () => {
    const ids = [];
    for (const title of ['first', 'second']) ids.push((await uploadImage(ada, { title, tags: 'boom' })).imageId);
    ids.push((await newAlbum(ada, { title: 'third' })).albumId);
    type Page = { ids: readonly string[]; nextCursor: string | null };
    const page = async (query: string): Promise<Page> => {
      const { items, nextCursor } = galleryReply.parse(await (await ada(`/api/gallery?${query}`)).json());
      return {
        ids: items.map((item) => (item.kind === 'image' ? item.image.imageId : item.album.albumId)),
        nextCursor,
      };
    };
    const newestFirst = ids.toReversed();
    await pollUntil(
      'The gallery',
      () => page('limit=3'),
      ({ ids }) => ids.length === 3,
    );
    const first = await page('limit=2');
    const second = await page(`limit=2&cursor=${first.nextCursor ?? ''}`);
    expect([...first.ids, ...second.ids]).to.deep.equal(newestFirst);
    expect(second.nextCursor).to.equal(null);
    expect((await page('tag=boom')).ids).to.have.members(ids.slice(0, 2));
    expect((await page('q=SECOND')).ids).to.deep.equal([ids[1]]);
    expect((await page('q=%25')).ids).to.deep.equal([]);
    expect(await refusal(await ada('/api/gallery?cursor=x'))).to.equal('400 cursor-invalid');
  });

  it('demands the revision that If-Match names', async () => {
    const { imageId, revision } = await uploadImage(ada);
    const path = `/api/images/${imageId}`;
    const asSeen = (title: string) => ({
      ...json('PATCH', { title }),
      headers: { 'content-type': 'application/json', 'if-match': `"${revision}"` },
    });
    expect((await ada(path, asSeen('One'))).status).to.equal(200);
    expect(await refusal(await ada(path, asSeen('Two')))).to.equal('412 revision-moved');
  });

  it('removes a deleted image from its albums, its file from storage, and shows it nowhere', async () => {
    const { albumId } = await newAlbum(ada, { visibility: 'public' });
    const { imageId } = await uploadImage(ada, { albumId, visibility: 'public' });
    const path = `/api/images/${imageId}`;
    const { url } = fileReply.parse(await (await ada(`${path}/file`)).json());
    expect((await ada(path, { method: 'DELETE' })).status).to.equal(204);
    expect((await ada(path, { method: 'DELETE' })).status).to.equal(204);
    expect(await refusal(await ada(path))).to.equal('404 image-not-found');
    expect(await refusal(await ada(path, json('PATCH', { title: 'Again' })))).to.equal('410 image-deleted');
    const countIn = async () => albumReply.parse(await (await bob(`/api/albums/${albumId}`)).json()).imageCount;
    await pollUntil('The album', countIn, (count) => count === 0);
    await pollUntil(
      'The file',
      async () => (await fetch(url)).status,
      (status) => status === 404,
    );
  });

  it('keeps the images of a deleted album', async () => {
    const { albumId } = await newAlbum(ada);
    const { imageId } = await uploadImage(ada, { albumId });
    expect((await ada(`/api/albums/${albumId}`, { method: 'DELETE' })).status).to.equal(204);
    expect(await refusal(await ada(`/api/albums/${albumId}`))).to.equal('404 album-not-found');
    expect((await ada(`/api/images/${imageId}`)).status).to.equal(200);
  });

  it('forgets an erased user: images, albums and files', async () => {
    await ada('/api/users/me');
    const { albumId } = await newAlbum(ada, { visibility: 'public' });
    const { imageId } = await uploadImage(ada, { albumId, visibility: 'public' });
    const { url } = fileReply.parse(await (await ada(`/api/images/${imageId}/file`)).json());
    await pollUntil(
      'The erasure',
      async () => (await ada('/api/users/me', { method: 'DELETE' })).status,
      (is) => is < 300,
    );
    for (const path of [`/api/images/${imageId}`, `/api/albums/${albumId}`])
      await pollUntil(
        path,
        async () => (await bob(path)).status,
        (status) => status === 404,
      );
    await pollUntil(
      'The file',
      async () => (await fetch(url)).status,
      (status) => status === 404,
    );
    expect(await refusal(await upload(ada))).to.equal('410 user-erased');
    expect(await refusal(await ada('/api/albums', json('POST', { title: 'Back' })))).to.equal('410 user-erased');
  });
});
