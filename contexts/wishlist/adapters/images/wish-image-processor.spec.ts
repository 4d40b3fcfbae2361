import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { asFile } from '@lego-moc/images/testing/as-file';
import type { UserId } from '@lego-moc/kernel/message';
import { hostileImages } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, photograph, stillImages } from '@lego-moc/testing/sample-images';
import { wishImageProcessor } from './wish-image-processor.ts';

describe('processing an image of a wish', function () {
  this.timeout(20_000);
  const processor = wishImageProcessor(imageProcessor());
  const process = (image: Uint8Array) => asFile(image, (path) => processor.process(path, 'ada' as UserId));

  hostileImages(
    async (image) => {
      const webp = await process(image);
      return webp && [webp];
    },
    { stillImages, animatedImages },
  );

  it('reduces it to 1,600 pixels a side', async () => {
    const { width, height } = await sharp(await process(await photograph(3_200, 800))).metadata();
    expect([width, height]).to.deep.equal([400, 1_600]);
  });
});
