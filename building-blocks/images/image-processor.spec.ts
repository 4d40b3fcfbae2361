import { expect } from 'chai';
import { decode } from 'blurhash';
import sharp from 'sharp';
import { hostileImages } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, photograph, stillImages } from '@lego-moc/testing/sample-images';
import { WorkerLost } from '@lego-moc/workers/worker-process';
import { imageProcessor, type ImageReply } from './image-processor.ts';
import { asFile } from './testing/as-file.ts';

const within = (side: number) => ({ fit: 'inside', side }) as const;

describe('processing an untrusted image', function () {
  this.timeout(20_000);
  const processor = imageProcessor();
  const process = (image: Uint8Array, ...renditions: readonly { fit: 'inside' | 'cover'; side: number }[]) =>
    asFile(image, (path) => processor.process(path, renditions, 'ada'));

  hostileImages((image) => process(image, within(1_600)), { stillImages, animatedImages });

  it('turns the image upright and drops its metadata', async () => {
    const photo = await photograph(80, 40);
    expect(photo.includes('canary-owner')).to.equal(true);
    const [image] = (await process(photo, within(1_600))) ?? [];
    const { width, height, exif, xmp, iptc, icc, orientation } = await sharp(image).metadata();
    expect([width, height]).to.deep.equal([40, 80]);
    expect([exif, xmp, iptc, icc, orientation]).to.deep.equal(Array.from({ length: 5 }));
  });

  it('makes several renditions in their order: reduced, never enlarged; squares of exactly their side', async () => {
    const photo = await photograph(80, 40);
    const images = await process(
      photo,
      within(20),
      within(1_600),
      { fit: 'cover', side: 16 },
      { fit: 'cover', side: 64 },
    );
    const sides = [];
    for (const image of images ?? []) {
      const { width, height } = await sharp(image).metadata();
      sides.push([width, height]);
    }
    expect(sides).to.deep.equal([
      [10, 20],
      [40, 80],
      [16, 16],
      [64, 64],
    ]);
  });

  it('describes an image: its size upright, its dominant colour, a blurred preview and the size of each rendition', async () => {
    const red = { create: { width: 40, height: 80, channels: 3, background: '#c91a09' } } as const;
    const sideways = await sharp(red).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const renditions = [{ fit: 'cover', side: 16 } as const, within(20)];
    const description = await asFile(sideways, (path) => processor.describe(path, renditions, 'ada'));
    expect(description).to.include({ width: 80, height: 40 });
    expect(description?.renditions.map(({ width, height }) => [width, height])).to.deep.equal([
      [16, 16],
      [20, 10],
    ]);
    const { dominantColour = '', blurhash = '' } = description ?? {};
    const channels = [1, 3, 5].map((at) => Number.parseInt(dominantColour.slice(at, at + 2), 16));
    // Counted in bins of 16.
    for (const [index, channel] of [0xc9, 0x1a, 0x09].entries()) expect(channels[index]).to.be.closeTo(channel, 16);
    const [r = 0, g = 0, b = 0] = decode(blurhash, 1, 1);
    expect(r).to.be.greaterThan(Math.max(g, b) + 100);
  });

  it('describes the first frame of an animation', async () => {
    for (const animation of Object.values(animatedImages)) {
      const description = await asFile(animation, (path) => processor.describe(path, [within(20)], 'ada'));
      const { width, height, pages = 1 } = await sharp(animation).metadata();
      expect(description).to.include({ width, height });
      expect(pages).to.be.greaterThan(1);
      expect((await sharp(description?.renditions[0]?.bytes).metadata()).pages ?? 1).to.equal(1);
    }
  });

  it('describes nothing that cannot be decoded', async () => {
    const truncatedImage = (await photograph(800, 400)).subarray(0, 2_000);
    expect(await asFile(truncatedImage, (path) => processor.describe(path, [within(20)], 'ada'))).to.equal(undefined);
  });

  for (const [width, height] of [
    [20_001, 1],
    [1, 20_001],
  ] as const)
    it(`refuses an image of ${width} x ${height}, and accepts one of ${Math.min(width, 20_000)} x ${Math.min(height, 20_000)}`, async () => {
      const line = (w: number, h: number) =>
        sharp({ create: { width: w, height: h, channels: 3, background: '#c91a09' } })
          .png()
          .toBuffer();
      expect(await process(await line(width, height), within(64))).to.equal(undefined);
      expect(await process(await line(Math.min(width, 20_000), Math.min(height, 20_000)), within(64))).to.have.length(
        1,
      );
    });
});

describe('processing an image in a worker that fails', () => {
  const processorWith = (reply: () => Promise<ImageReply>) =>
    imageProcessor({
      start: () =>
        Promise.resolve({
          ...{ isAlive: () => true, stop: () => undefined },
          begin: () => ({
            ...{ send: () => undefined, receive: reply, complete: () => undefined },
            [Symbol.dispose]: () => undefined,
          }),
        }),
    });

  it('returns undefined for an image that ends its worker', async () => {
    const processor = processorWith(() => Promise.reject(new WorkerLost('ended')));
    expect(await processor.process('1', [], 'ada')).to.equal(undefined);
  });

  it('throws other errors', async () => {
    const processor = processorWith(() => Promise.reject(new Error('a bug')));
    const failure = await processor.process('1', [], 'ada').catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'a bug');
  });
});
