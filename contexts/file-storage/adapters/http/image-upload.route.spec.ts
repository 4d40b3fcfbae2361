import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import sharp from 'sharp';
import { newId } from '@lego-moc/application/new-id';
import { nonImages, hostileFiles } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, photograph, stillImages } from '@lego-moc/testing/sample-images';
import type { Purpose, StoredFile } from '../../contracts/http-api.ts';
import { serviceForTests, type ServiceForTests } from '../../testing/service-for-tests.ts';
import { EICAR } from '../virus-scan/eicar-scanner.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const urn = (code: string): string => `urn:lego-moc:problem:${code}`;

describe('uploading an image', function () {
  this.timeout(20_000);
  let service: ServiceForTests;

  before(async () => {
    service = await serviceForTests();
  });

  type Change = {
    readonly fileId?: string;
    readonly purpose?: Purpose;
    readonly name?: string;
    readonly owner?: string;
  };
  const upload = (
    picture: Uint8Array,
    { fileId = newId(), purpose = 'thumbnail', name = 'crane.jpg', owner = newId() }: Change = {},
  ) => {
    const query = new URLSearchParams({ fileId, owner, purpose, name });
    const body = new Uint8Array(picture);
    return fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body });
  };
  const storedFileOf = async (reply: Response): Promise<StoredFile> => (await reply.json()) as StoredFile;
  const content = async (fileId: string): Promise<Buffer> => {
    const reply = await fetch(`${service.url}/internal/v1/files/${fileId}/content`);
    return Buffer.from(await reply.arrayBuffer());
  };
  const refusal = async (reply: Response) => [reply.status, ((await reply.json()) as { type: string }).type];
  const nothingKept = async (fileId: string): Promise<void> => {
    expect(await service.eventTypes(fileId)).to.deep.equal([]);
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.deep.equal([]);
  };

  for (const purpose of ['thumbnail', 'gallery-image', 'instruction'] as const)
    it(`stores an upright WebP without metadata as ${purpose}`, async () => {
      const photo = await photograph(80, 40);
      const reply = await upload(photo, { purpose });
      expect(reply.status).to.equal(201);
      const file = await storedFileOf(reply);
      const storedBytes = await content(file.fileId);
      expect(file).to.include({
        name: 'crane.webp',
        mediaType: 'image/webp',
        size: storedBytes.length,
        sha256: sha256(storedBytes),
      });
      const { format, width, height, exif, xmp, iptc, icc, orientation } = await sharp(storedBytes).metadata();
      expect({ format, width, height }).to.deep.equal({ format: 'webp', width: 40, height: 80 });
      expect([exif, xmp, iptc, icc, orientation]).to.deep.equal(Array.from({ length: 5 }));
      const lying = [];
      for (const key of (await service.storedKeys()).filter((of) => of.startsWith(file.fileId)))
        lying.push(sha256(await buffer((await service.objects.get(key)) ?? Readable.from([]))));
      expect(lying, 'all that lies there').to.deep.equal([file.sha256]);
    });

  it('accepts every type that cameras and browsers make', async () => {
    for (const [kind, picture] of [...Object.entries(stillImages), ...Object.entries(animatedImages)])
      expect((await upload(picture)).status, kind).to.equal(201);
  });

  for (const [how, options] of [
    ['without compression', { compression: 'none' }],
    ['with LZW compression', { compression: 'lzw' }],
    ['in tiles', { tile: true, compression: 'deflate' }],
    ['as BigTIFF', { bigtiff: true, compression: 'none' }],
  ] as const)
    it(`accepts a TIFF ${how} whose directory lies behind its pixels`, async () => {
      const pixels = randomBytes(200 * 100 * 3);
      const tiff = await sharp(pixels, { raw: { width: 200, height: 100, channels: 3 } })
        .tiff(options)
        .toBuffer();
      expect(tiff.length).to.be.greaterThan(60_000);
      for (const purpose of ['thumbnail', 'gallery-image', 'instruction'] as const)
        expect((await upload(tiff, { purpose, name: 'scan.tif' })).status).to.equal(201);
    });

  it('recognises the same image', async () => {
    const fileId = newId();
    const owner = newId();
    const photo = await photograph(80, 40);
    const [first, second] = [await upload(photo, { fileId, owner }), await upload(photo, { fileId, owner })];
    expect([first.status, second.status]).to.deep.equal([201, 200]);
    expect(await storedFileOf(second)).to.deep.equal(await storedFileOf(first));
    expect((await upload(await photograph(40, 80), { fileId, owner })).status).to.equal(409);
    expect((await service.storedKeys()).filter((key) => key.startsWith(fileId))).to.have.length(1);
  });

  it('stores nothing of a truncated one', async () => {
    const fileId = newId();
    const photo = await photograph(800, 400);
    const reply = await upload(photo.subarray(0, photo.length / 2), { fileId });
    expect(await refusal(reply)).to.deep.equal([422, urn('image-unreadable')]);
    await nothingKept(fileId);
  });

  it('stores nothing of an infected one', async () => {
    const fileId = newId();
    const reply = await upload(Buffer.concat([await photograph(80, 40), Buffer.from(EICAR)]), { fileId });
    expect(await refusal(reply)).to.deep.equal([422, urn('infected')]);
    await nothingKept(fileId);
  });

  it('refuses more than 20 MiB, for any purpose', async () => {
    const fileId = newId();
    const large = Buffer.concat([await photograph(80, 40), Buffer.alloc(20 * 1024 * 1024)]);
    const reply = await upload(large, { fileId, purpose: 'instruction' });
    expect(await refusal(reply)).to.deep.equal([413, urn('file-too-large')]);
    await nothingKept(fileId);
  });

  it('keeps a long name except for its extension', async () => {
    const name = `${'n'.repeat(248)}\u{1f9f1}.heic`;
    const file = await storedFileOf(await upload(await photograph(80, 40), { name }));
    expect(file.name.length).to.be.at.most(255);
    expect(file.name.isWellFormed()).to.equal(true);
    expect(file.name.endsWith('.webp')).to.equal(true);
  });

  it('returns nothing that is hidden in or behind an image, and refuses bombs', async () => {
    for (const [label, picture] of Object.entries(hostileFiles({ stillImages, animatedImages }))) {
      const reply = await upload(picture);
      const answer = (await reply.json()) as StoredFile & { type: string };
      if (reply.status === 422) expect(answer.type, label).to.equal(urn('image-unreadable'));
      else expect((await content(answer.fileId)).includes('canary'), label).to.equal(false);
    }
  });

  it('refuses files that only claim to be images', async () => {
    for (const [label, picture] of Object.entries(nonImages)) {
      const reply = await upload(picture);
      expect(reply.status, label).to.equal(422);
    }
  });
});
