import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { albumReply, imageReply } from '@lego-moc/gallery/contracts/http-api';
import { galleryAlbumsReply, galleryImagesReply } from '@lego-moc/moc-management/contracts/gallery-links-api';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { stillImages } from '@lego-moc/testing/sample-images';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('linking MOCs to the gallery, through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ada: SendRequest;
  let bob: SendRequest;
  let links: string;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(async () => {
    ada = requestsAs(platform, `ada-${randomUUID()}`);
    bob = requestsAs(platform, `bob-${randomUUID()}`);
    const { mocId } = mocReply.parse(await (await ada('/api/mocs', json('POST', { title: 'Crane' }))).json());
    links = `/api/mocs/${mocId}/gallery-images`;
  });

  const newImage = async (send: SendRequest, visibility = 'private'): Promise<string> => {
    const body = new FormData();
    body.set('visibility', visibility);
    body.set('image', new Blob([new Uint8Array(stillImages.PNG)]), 'crane.png');
    return imageReply.parse(await (await send('/api/images', { method: 'POST', body })).json()).imageId;
  };
  const link = (imageId: string) => ada(links, json('POST', { imageId }));
  const readLinks = async () => galleryImagesReply.parse(await (await ada(links)).json()).images;
  const refusal = async (reply: Response) => `${String(reply.status)} ${(await problemCode(reply)) ?? ''}`;
  const audit = async (): Promise<string> => {
    const env = { ...process.env, LEGO_MOC_DATA_DIR: platform.dataDir };
    const script = join(ROOT, 'contexts/moc-management/audit-gallery-links.ts');
    return (await promisify(execFile)(process.execPath, [script], { cwd: ROOT, env })).stdout;
  };

  it('links an image of the owner once, and unlinks it', async () => {
    const imageId = await newImage(ada);
    expect((await link(imageId)).status).to.equal(200);
    expect((await link(imageId)).status).to.equal(200);
    expect((await readLinks()).map((entry) => ({ ...entry, linkedAt: '' }))).to.deep.equal([
      { imageId, verified: true, linkedAt: '' },
    ]);
    expect((await ada(`${links}/${imageId}`, { method: 'DELETE' })).status).to.equal(204);
    expect(await readLinks()).to.deep.equal([]);
    expect((await ada(`/api/images/${imageId}`)).status).to.equal(200);
  });

  it('links what others show, and refuses what they do not, what is not there, and other people’s MOCs', async () => {
    const [visibleImageId, hiddenImageId] = [await newImage(bob, 'unlisted'), await newImage(bob)];
    expect((await link(visibleImageId)).status).to.equal(200);
    expect(await refusal(await link(hiddenImageId))).to.equal('422 gallery-item-not-found');
    expect(await refusal(await link(randomUUID()))).to.equal('422 gallery-item-not-found');
    expect(await refusal(await bob(links, json('POST', { imageId: visibleImageId })))).to.equal('404 moc-not-found');
    expect(await refusal(await bob(links))).to.equal('404 moc-not-found');
  });

  it('links albums as well', async () => {
    const { albumId } = albumReply.parse(await (await ada('/api/albums', json('POST', { title: 'Cranes' }))).json());
    const albums = links.replace('images', 'albums');
    expect((await ada(albums, json('POST', { albumId }))).status).to.equal(200);
    const countAlbums = async () => galleryAlbumsReply.parse(await (await ada(albums)).json()).albums.length;
    expect(await countAlbums()).to.equal(1);
    await ada(`/api/albums/${albumId}`, { method: 'DELETE' });
    await pollUntil('The link', countAlbums, (count) => count === 0);
  });

  it('takes links as unverified while the gallery is killed, changes MOCs meanwhile, and validates the links later', async () => {
    const [imageId, unknownId] = [await newImage(ada), randomUUID()];
    const gallery = platform.children.get('gallery')!;
    const pid = gallery.pid();
    gallery.kill('SIGKILL');
    const [linkReplies, draft] = await Promise.all([
      Promise.all([link(imageId), link(unknownId)]),
      ada('/api/mocs', json('POST', { title: 'Begun meanwhile' })),
    ]);
    expect([...linkReplies, draft].map(({ status }) => status)).to.deep.equal([200, 200, 201]);
    expect((await readLinks()).map(({ verified }) => verified)).to.deep.equal([false, false]);
    const { mocId } = mocReply.parse(await draft.json());
    expect((await ada(`/api/mocs/${mocId}`, json('PATCH', { theme: 'Railway' }))).status).to.equal(204);
    expect((await ada(`/api/mocs/${mocId}`, { method: 'DELETE' })).status).to.equal(204);
    await gallery.untilSuccessorOf(pid);
    const shownLinks = await pollUntil(
      'The validation',
      readLinks,
      (all) => all.every(({ verified }) => verified),
      20_000,
    );
    expect(shownLinks.map((entry) => entry.imageId)).to.deep.equal([imageId]);
  });

  it('shows the chosen image as the cover until it is deleted, and then the first one', async () => {
    const moc = links.replace('/gallery-images', '');
    const [first, second] = [await newImage(ada), await newImage(ada)];
    for (const imageId of [first, second]) await link(imageId);
    const readCover = async () => mocReply.parse(await (await ada(moc)).json()).coverImageId;
    const choose = (imageId: string) => ada(`${moc}/cover`, json('PUT', { imageId }));
    expect(await readCover()).to.equal(first);
    expect(await refusal(await choose(randomUUID()))).to.equal('422 cover-not-linked');
    expect((await choose(second)).status).to.equal(204);
    expect(await readCover()).to.equal(second);
    await ada(`/api/images/${second}`, { method: 'DELETE' });
    await pollUntil('The cover', readCover, (cover) => cover === first);
    expect((await ada(`${moc}/cover`, { method: 'DELETE' })).status).to.equal(204);
  });

  it('removes links to a deleted image, and the audit finds none that dangles', async () => {
    const [keptImageId, deletedImageId] = [await newImage(ada), await newImage(ada)];
    for (const imageId of [keptImageId, deletedImageId]) await link(imageId);
    await ada(`/api/images/${deletedImageId}`, { method: 'DELETE' });
    await pollUntil('The link', readLinks, (images) => images.length === 1);
    expect((await readLinks())[0]?.imageId).to.equal(keptImageId);
    await pollUntil('The audit', audit, (output) => / 0 dangling found/.test(output));
  });
});
