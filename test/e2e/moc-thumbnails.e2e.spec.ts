import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { pollUntil } from '@lego-moc/application/poll-until';
import { downloadReply, imagesReply, instructionsReply } from '@lego-moc/moc-management/contracts/files-api';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { hostileImages, nonImages } from '@lego-moc/testing/hostile-images.contract';
import { samplePdf } from '@lego-moc/testing/sample-pdf';
import { animatedImages, photograph, stillImages } from '@lego-moc/testing/sample-images';
import { requestsAs, json, problemCode, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

describe('sending an image of a MOC through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let ask: SendRequest;
  let moc: string;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(async () => {
    ask = requestsAs(platform, `hostile-${randomUUID()}`);
    const { mocId } = mocReply.parse(await (await ask('/api/mocs', json('POST', { title: 'Hostile' }))).json());
    moc = `/api/mocs/${mocId}`;
  });

  const send = (file: Uint8Array, field = 'thumbnail', headers = {}): Promise<Response> => {
    const body = new FormData();
    body.set(field, new Blob([new Uint8Array(file)], { type: 'image/png' }), 'photo.jpg');
    return ask(`${moc}/files`, { method: 'POST', body, headers });
  };
  const expectFile = async (reply: Response): Promise<MocReply['files'][number]> => {
    expect(reply.status).to.equal(201);
    return mocReply.parse(await reply.json()).files.at(-1)!;
  };
  const filesKept = async (): Promise<number> => mocReply.parse(await (await ask(moc)).json()).files.length;
  const download = async (fileId: string): Promise<Response> => {
    const { url } = downloadReply.parse(await (await ask(`${moc}/files/${fileId}`)).json());
    return fetch(url);
  };
  const downloadBytes = async (fileId: string): Promise<Buffer> =>
    Buffer.from(await (await download(fileId)).arrayBuffer());
  const everythingStored = (fileId: string): Buffer => {
    const folder = join(platform.dataDir, 'files');
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.includes(fileId))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(paths).not.to.deep.equal([]);
    return Buffer.concat(paths);
  };

  for (const [label, file] of Object.entries(nonImages))
    it(`refuses ${label}`, async () => {
      const reply = await send(file);
      expect([reply.status, await problemCode(reply)]).to.deep.equal([
        422,
        file.length === 0 ? 'empty-file' : 'media-type-refused',
      ]);
      expect(await filesKept()).to.equal(0);
    });

  for (const field of ['thumbnail', 'images', 'instructionsFile'])
    it(`stores it without camera, place and owner, and upright, when sent as ${field}`, async () => {
      const { fileId, name, mediaType, sizeBytes } = await expectFile(await send(await photograph(80, 40), field));
      const image = await downloadBytes(fileId);
      expect([name, mediaType, sizeBytes]).to.deep.equal(['photo.webp', 'image/webp', image.length]);
      const { format, width, height, exif, xmp, iptc, icc, orientation } = await sharp(image).metadata();
      expect({ format, width, height }).to.deep.equal({ format: 'webp', width: 40, height: 80 });
      expect([exif, xmp, iptc, icc, orientation]).to.deep.equal(Array.from({ length: 5 }));
      expect(everythingStored(fileId).includes('canary')).to.equal(false);
    });

  it('shows the instructions in parts, with the pages and the first page of each PDF', async () => {
    for (const pages of [2, 3]) await expectFile(await send(samplePdf({ pages }), 'instructionsFile'));
    const { pages, parts } = await pollUntil(
      'The previews',
      async () => instructionsReply.parse(await (await ask(`${moc}/instructions`)).json()),
      (reply) => reply.parts.every(({ preview }) => preview !== null),
      20_000,
    );
    expect([pages, ...parts.map((part) => part.pages)]).to.deep.equal([5, 2, 3]);
    const reply = await fetch(parts[0]?.preview?.renditions[0]?.url ?? '');
    const { format, width, height } = await sharp(Buffer.from(await reply.arrayBuffer())).metadata();
    expect([format, width, height]).to.deep.equal(['webp', 100, 200]);
  });

  it('serves it as an image only, with sniffing forbidden', async () => {
    const { headers } = await download((await expectFile(await send(stillImages.PNG))).fileId);
    expect(headers.get('content-type')).to.equal('image/webp');
    expect(headers.get('content-disposition')).to.include('photo.webp');
    expect(headers.get('x-content-type-options')).to.equal('nosniff');
    expect(headers.get('content-security-policy')).to.equal("default-src 'none'; sandbox");
  });

  it('replays the answer when it is sent again under its Idempotency-Key, and refuses another image', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const [photo, other] = [await photograph(80, 40), await photograph(40, 80)];
    const first = await expectFile(await send(photo, 'thumbnail', key));
    expect(await expectFile(await send(photo, 'thumbnail', key))).to.deep.equal(first);
    expect(await problemCode(await send(other, 'thumbnail', key))).to.equal('idempotency-key-reused');
    expect(await filesKept()).to.equal(1);
  });

  it('is shown in 200 and 400 pixels soon after it was sent, with its size, colour and a blurred preview', async () => {
    const { fileId } = await expectFile(await send(await photograph(1_000, 500)));
    const readImages = async () => imagesReply.parse(await (await ask(`${moc}/images`)).json()).images;
    const [image] = await pollUntil('The image is processed', readImages, (images) => images.length > 0);
    expect(image).to.include({ fileId, kind: 'thumbnail', width: 500, height: 1_000 });
    expect(image?.blurhash).to.have.length.within(6, 40);
    expect(image?.dominantColour).to.match(/^#[0-9a-f]{6}$/u);
    for (const { side, url } of image?.renditions ?? []) {
      const { format, width, height } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();
      expect({ format, width, height }).to.deep.equal({ format: 'webp', width: side, height: side });
    }
    const reply = await ask(`${moc}/files/${fileId}`);
    expect(downloadReply.parse(await reply.json()).image?.renditions.map(({ side }) => side)).to.deep.equal([200, 400]);
  });

  it('stores nothing of an image that cannot be read', async () => {
    const reply = await send((await photograph(800, 400)).subarray(0, 2_000));
    expect([reply.status, await problemCode(reply)]).to.deep.equal([422, 'image-unreadable']);
    expect(await filesKept()).to.equal(0);
  });

  hostileImages(
    async (file) => {
      const reply = await send(file);
      expect(reply.status).to.be.oneOf([201, 422]);
      return reply.status === 422 ? undefined : [await downloadBytes((await expectFile(reply)).fileId)];
    },
    { stillImages, animatedImages },
  );
});
