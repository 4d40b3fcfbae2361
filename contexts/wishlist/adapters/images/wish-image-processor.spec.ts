import { Readable } from 'node:stream';
import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { asFile } from '@lego-moc/images/testing/as-file';
import type { UserId } from '@lego-moc/kernel/message';
import { hostileImages } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, photograph, stillImages } from '@lego-moc/testing/sample-images';
import { wishImageProcessor } from './wish-image-processor.ts';

describe('processing an image of a wish', function () {
  this.timeout(40_000);
  const processor = wishImageProcessor(imageProcessor());
  const process = (image: Uint8Array) => asFile(image, (path) => processor.process(path, 'ada' as UserId));

  hostileImages(
    async (image) => {
      const conversion = await process(image);
      return conversion && [conversion.webp, ...conversion.renditions];
    },
    { stillImages, animatedImages },
  );

  it('reduces it to 1,600 pixels a side', async () => {
    const { width, height } = await sharp((await process(await photograph(3_200, 800)))?.webp).metadata();
    expect([width, height]).to.deep.equal([400, 1_600]);
  });

  it('shows the whole image in 200 and 400 pixels, with its colour and a blurred preview', async () => {
    const { preview, renditions } = (await process(await photograph(3_200, 800))) ?? {};
    const sizes = await Promise.all((renditions ?? []).map((webp) => sharp(webp).metadata()));
    expect(sizes.map(({ width, height }) => [width, height])).to.deep.equal([
      [50, 200],
      [100, 400],
    ]);
    expect(preview).to.include({ width: 400, height: 1_600 });
    expect(preview?.renditions.map(({ side, width, height }) => [side, width, height])).to.deep.equal([
      [200, 50, 200],
      [400, 100, 400],
    ]);
    expect(preview?.blurhash).to.have.length.within(6, 40);
    expect(preview?.dominantColour).to.match(/^#[0-9a-f]{6}$/u);
  });

  it('describes an image that is stored already', async () => {
    const { webp, preview, renditions } = (await process(await photograph(80, 40))) ?? {};
    const description = await processor.describe(Readable.from([webp]));
    expect(description?.preview).to.include({ width: preview?.width, height: preview?.height });
    expect(description?.renditions).to.have.length(renditions?.length ?? 0);
    expect(await processor.describe(Readable.from([Buffer.from('no image')]))).to.equal(undefined);
  });
});
