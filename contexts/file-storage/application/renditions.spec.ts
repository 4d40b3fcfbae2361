import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import sharp from 'sharp';
import { newId } from '@lego-moc/application/new-id';
import { samplePdf } from '@lego-moc/testing/sample-pdf';
import { animatedImages, photograph } from '@lego-moc/testing/sample-images';
import { signedUrl, storedFile, type StoredFile } from '../contracts/http-api.ts';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import type { MakeRenditions } from './ports/rendition-maker.ts';
import { serviceForTests, someCause, type ServiceForTests } from '../testing/service-for-tests.ts';

const upload = async (service: ServiceForTests, image: Uint8Array, purpose: string, more = {}): Promise<FileId> => {
  const fileId = newId();
  const query = new URLSearchParams({ fileId, owner: newId(), purpose, name: 'crane.png', ...more });
  const body = new Uint8Array(image);
  const reply = await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body });
  expect(storedFile.parse(await reply.json()).renditions).to.equal(purpose === 'parts-list' ? undefined : 'pending');
  return fileId as FileId;
};

const describeFile = async (service: ServiceForTests, fileId: string): Promise<StoredFile> =>
  storedFile.parse(await (await fetch(`${service.url}/internal/v1/files/${fileId}`)).json());

const links = async (service: ServiceForTests, fileId: string) =>
  signedUrl.parse(await (await fetch(`${service.url}/internal/v1/signed-url?fileId=${fileId}`)).json());

const keysOf = async (service: ServiceForTests, fileId: string): Promise<readonly string[]> =>
  (await service.storedKeys()).filter((key) => key.includes(`${fileId}/rendition-`));

describe('making the renditions of a stored image', function () {
  this.timeout(60_000);
  let service: ServiceForTests;

  before(async () => {
    service = await serviceForTests();
  });

  const processImage = async (image: Uint8Array, purpose: string): Promise<FileId> => {
    const fileId = await upload(service, image, purpose);
    await service.process(fileId, someCause());
    return fileId;
  };

  /** The luminance of the pixels in the middle quarter. */
  const middleGreys = async (bytes: Buffer): Promise<ReadonlySet<number>> => {
    const { width, height } = await sharp(bytes).metadata();
    const side = Math.floor(Math.min(width, height) / 2);
    const area = {
      left: Math.floor((width - side) / 2),
      top: Math.floor((height - side) / 2),
      width: side,
      height: side,
    };
    return new Set(await sharp(bytes).extract(area).greyscale().raw().toBuffer());
  };
  const spread = (greys: ReadonlySet<number>): number => Math.max(...greys) - Math.min(...greys);

  for (const colour of ['#000000', '#777777', '#ffffff'])
    it(`draws the mark across the middle of both renditions of a ${colour} image if asked to, never across the image`, async () => {
      const image = await sharp({ create: { width: 600, height: 300, channels: 3, background: colour } })
        .png()
        .toBuffer();
      const [plainId, markedId] = [await upload(service, image, 'gallery-image'), newId()];
      await upload(service, image, 'gallery-image', { fileId: markedId, watermark: 'true' });
      for (const id of [plainId, markedId]) await service.process(id as FileId, someCause());
      const read = async (url: string): Promise<Buffer> =>
        Buffer.from(await (await fetch(url.replace('http://files.test', service.url))).arrayBuffer());

      const withMark = await links(service, markedId);
      expect(withMark.image?.renditions.map(({ width, height }) => [width, height])).to.deep.equal([
        [200, 100],
        [400, 200],
      ]);
      for (const { url } of withMark.image?.renditions ?? []) {
        expect(spread(await middleGreys(await read(url))), 'the mark').to.be.above(60);
      }
      for (const { url } of (await links(service, plainId)).image?.renditions ?? [])
        expect(spread(await middleGreys(await read(url))), 'no mark').to.be.below(3);
      expect(spread(await middleGreys(await read(withMark.url))), 'the image itself').to.be.below(3);
      expect(withMark.image?.dominantColour).to.equal((await links(service, plainId)).image?.dominantColour);
    });

  for (const [purpose, sizes] of [
    ['thumbnail', [[200, 200], [400, 400]]], // prettier-ignore
    ['gallery-image', [[100, 200], [200, 400]]], // prettier-ignore
    ['instruction', [[100, 200], [200, 400]]], // prettier-ignore
  ] as const)
    it(`makes WebPs of 200 and 400 pixels of a ${purpose} of 500 × 1,000, each with a signed URL`, async () => {
      const fileId = await processImage(await photograph(1_000, 500), purpose);
      const { renditions, image } = await describeFile(service, fileId);
      expect(renditions).to.equal('processed');
      expect(image).to.include({ width: 500, height: 1_000 });
      expect(image?.blurhash).to.have.length.within(6, 40);
      expect(image?.dominantColour).to.match(/^#[0-9a-f]{6}$/u);
      const actualSizes = [];
      for (const { url, size, width, height } of (await links(service, fileId)).image?.renditions ?? []) {
        const reply = await fetch(url.replace('http://files.test', service.url));
        expect([reply.status, reply.headers.get('content-type')]).to.deep.equal([200, 'image/webp']);
        const bytes = Buffer.from(await reply.arrayBuffer());
        const metadata = await sharp(bytes).metadata();
        expect([metadata.format, metadata.width, metadata.height]).to.deep.equal(['webp', width, height]);
        expect(bytes.length).to.equal(size);
        const digest = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
        expect(reply.headers.get('repr-digest')).to.equal(digest);
        actualSizes.push([width, height]);
      }
      expect(actualSizes).to.deep.equal(sizes);
      expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored', 'FileProcessed']);
    });

  it('makes them of the first frame of an animation', async () => {
    for (const animation of Object.values(animatedImages)) {
      const fileId = await processImage(animation, 'gallery-image');
      for (const key of await keysOf(service, fileId)) {
        const bytes = await buffer((await service.objects.get(key))!);
        expect((await sharp(bytes).metadata()).pages ?? 1).to.equal(1);
      }
      expect((await describeFile(service, fileId)).renditions).to.equal('processed');
    }
  });

  it('changes nothing the second time', async () => {
    const fileId = await processImage(await photograph(80, 40), 'thumbnail');
    await service.process(fileId, someCause());
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored', 'FileProcessed']);
    expect(await keysOf(service, fileId)).to.have.length(2);
  });

  it('makes them of the first page of instructions, and counts the pages', async () => {
    const fileId = newId() as FileId;
    const query = new URLSearchParams({ fileId, owner: newId(), purpose: 'instruction', name: 'book.pdf' });
    const body = new Uint8Array(samplePdf({ pages: 3 }));
    const reply = await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body });
    expect(storedFile.parse(await reply.json())).not.to.have.any.keys('renditions', 'image');
    await service.process(fileId, someCause());
    const { renditions, image, mediaType } = await describeFile(service, fileId);
    expect([renditions, image?.pages, mediaType]).to.deep.equal(['processed', 3, 'application/pdf']);
    expect((await links(service, fileId)).image?.renditions.map(({ width, height }) => [width, height])).to.deep.equal([
      [100, 200],
      [200, 400],
    ]);
    const linkedImages = await fetch(`${service.url}/internal/v1/images?fileIds=${fileId}`);
    expect(await linkedImages.json()).to.have.nested.property(`images.${fileId}.pages`, 3);
    await fetch(`${service.url}/internal/v1/files/${fileId}`, { method: 'DELETE' });
    expect(await keysOf(service, fileId)).to.deep.equal([]);
  });

  it('leaves files that are no images alone', async () => {
    const fileId = await processImage(Buffer.from('Part,Color,Quantity\n3001,4,8\n'), 'parts-list');
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored']);
    expect(await describeFile(service, fileId)).not.to.have.any.keys('renditions', 'image');
  });

  it('deletes them with their file', async () => {
    const fileId = await processImage(await photograph(80, 40), 'thumbnail');
    await fetch(`${service.url}/internal/v1/files/${fileId}`, { method: 'DELETE' });
    expect((await service.storedKeys()).filter((key) => key.includes(fileId))).to.deep.equal([]);
  });
});

describe('renditions that cannot be made', () => {
  const image = () => photograph(80, 40);
  const properties = { width: 40, height: 80, blurhash: 'LEHV6n', dominantColour: '#c91a09' };
  const renditions = [{ side: 200, width: 200, height: 200, bytes: Buffer.from('webp') }];

  it('are tried three times, then said to have failed, and never block the file', async () => {
    let attempts = 0;
    const makeRenditions: MakeRenditions = () => {
      attempts += 1;
      return Promise.resolve(undefined);
    };
    const service = await serviceForTests({ makeRenditions });
    const fileId = await upload(service, await image(), 'thumbnail');
    await service.process(fileId, someCause());
    expect(attempts).to.equal(3);
    expect(await describeFile(service, fileId))
      .to.include({ renditions: 'failed' })
      .and.not.have.property('image');
    const reply = await fetch(`${service.url}/internal/v1/images?fileIds=${fileId}`);
    expect(await reply.json()).to.deep.equal({ images: {}, failed: [fileId] });
    expect(await links(service, fileId))
      .to.have.property('url')
      .that.is.a('string');
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored', 'FileProcessingFailed']);
  });

  it('succeed at the second attempt', async () => {
    let attempts = 0;
    const makeRenditions: MakeRenditions = () =>
      Promise.resolve((attempts += 1) === 1 ? undefined : { ...properties, renditions });
    const service = await serviceForTests({ makeRenditions });
    const fileId = await upload(service, await image(), 'thumbnail');
    await service.process(fileId, someCause());
    expect(await describeFile(service, fileId)).to.include({ renditions: 'processed' });
  });

  it('throw an outage without an event, so that they are tried again', async () => {
    const makeRenditions: MakeRenditions = () => Promise.reject(new Error('200 images are waiting'));
    const service = await serviceForTests({ makeRenditions });
    const fileId = await upload(service, await image(), 'thumbnail');
    const error = await service.process(fileId, someCause()).catch((reason: unknown) => reason as Error);
    expect(error).to.have.property('message', '200 images are waiting');
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored']);
  });

  it('leave nothing of a file that is discarded while they are made', async () => {
    let fileId = '' as FileId;
    const makeRenditions: MakeRenditions = async () => {
      await fetch(`${service.url}/internal/v1/files/${fileId}`, { method: 'DELETE' });
      return { ...properties, renditions };
    };
    const service = await serviceForTests({ makeRenditions });
    fileId = await upload(service, await image(), 'thumbnail');
    await service.process(fileId, someCause());
    expect(await service.storedKeys()).to.deep.equal([]);
    expect(await service.eventTypes(fileId)).to.deep.equal(['FileStored', 'FileDiscarded']);
  });

  it('leave nothing of a file that was discarded after a crash between their bytes and the event', async () => {
    const service = await serviceForTests();
    const fileId = await upload(service, await image(), 'thumbnail');
    await fetch(`${service.url}/internal/v1/files/${fileId}`, { method: 'DELETE' });
    const key = `${fileId}/rendition-200` as ContentKey;
    await service.objects.put(
      key,
      (async function* () {
        yield await Promise.resolve(Buffer.from('webp'));
      })(),
    );
    await service.process(fileId, someCause());
    expect(await service.storedKeys()).to.deep.equal([]);
  });
});
