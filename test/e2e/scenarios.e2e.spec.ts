import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { imageReply } from '@lego-moc/gallery/contracts/http-api';
import { awaitSearchHit } from '@lego-moc/local/demo-steps';
import { galleryImagesReply } from '@lego-moc/moc-management/contracts/gallery-links-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { stillImages } from '@lego-moc/testing/sample-images';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { newWisher } from './wisher.ts';

const samples = join(import.meta.dirname, '../../infra/local/samples');

/** The journeys over several services that the requirements name. */
describe('end-to-end scenarios, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let name: string;
  let ada: SendRequest;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    name = `traveller-${randomUUID()}`;
    ada = requestsAs(platform, name);
  });

  const createMoc = async (title: string) =>
    mocReply.parse(await (await ada('/api/mocs', json('POST', { title }))).json());

  it('a user creates a MOC, uploads files, searches for the MOC and finds it', async () => {
    const { mocId } = await createMoc(`Drawbridge ${randomUUID()}`);
    const files = new FormData();
    files.set('instructionsFile', await openAsBlob(join(samples, 'harbour-crane-instructions.pdf')), 'steps.pdf');
    files.set('partsLists', await openAsBlob(join(samples, 'harbour-crane-parts.xml')), 'parts.xml');
    expect((await ada(`/api/mocs/${mocId}/files`, { method: 'POST', body: files })).status).to.equal(201);
    const moc = await pollUntil(
      'The count of the parts list',
      async () => mocReply.parse(await (await ada(`/api/mocs/${mocId}`)).json()),
      ({ partsLists }) => partsLists[0]?.status === 'counted',
    );
    expect(moc.files.map(({ kind }) => kind)).to.have.members(['instruction', 'parts-list']);
    expect(moc.totalPieces).to.be.greaterThan(0);
    await awaitSearchHit(await platform.signedInAs(name), moc);
  });

  it('a user uploads an image, links it to a MOC and deletes it, which removes the link', async () => {
    const { mocId } = await createMoc('Drawbridge');
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(stillImages.PNG)]), 'bridge.png');
    const upload = await ada('/api/images', { method: 'POST', body: form });
    const { imageId } = imageReply.parse(await upload.json());
    const links = `/api/mocs/${mocId}/gallery-images`;
    const readLinks = async () => galleryImagesReply.parse(await (await ada(links)).json()).images;
    expect((await ada(links, json('POST', { imageId }))).status).to.equal(200);
    expect((await readLinks()).map((link) => link.imageId)).to.deep.equal([imageId]);

    expect((await ada(`/api/images/${imageId}`, { method: 'DELETE' })).status).to.equal(204);
    await pollUntil('The end of the link', readLinks, ({ length }) => length === 0);
    for (const [path, body] of [
      [links, { imageId }],
      ['/api/mocs', { title: 'Bascule', galleryImages: [imageId] }],
    ] as const) {
      const again = await ada(path, json('POST', body));
      expect([again.status, await problemCode(again)], path).to.deep.equal([422, 'gallery-item-not-found']);
    }
  });

  it('a user creates wishes and reorders them, and the new order stays, also when another is added', async () => {
    const wisher = newWisher(platform);
    const [a, b, c] = await wisher.three();
    expect((await wisher.ask('PUT', '/api/wishlist/order', { order: [c, a, b] })).status).to.equal(204);
    await wisher.wish('d');
    expect(await wisher.titles()).to.deep.equal(['c', 'a', 'b', 'd']);
  });
});
