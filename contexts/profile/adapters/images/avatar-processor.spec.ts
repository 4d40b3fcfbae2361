import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { asFile } from '@lego-moc/images/testing/as-file';
import type { UserId } from '@lego-moc/kernel/message';
import { hostileImages } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, photograph, stillImages } from '@lego-moc/testing/sample-images';
import { AVATAR_SIZES } from '../../application/ports/avatars.ts';
import { avatarProcessor } from './avatar-processor.ts';

describe('processing an avatar', function () {
  this.timeout(20_000);
  const processor = avatarProcessor(imageProcessor());
  const process = (image: Uint8Array) => asFile(image, (path) => processor.process(path, 'ada' as UserId));

  hostileImages(
    async (image) => {
      const squares = await process(image);
      return squares && [...squares.values()];
    },
    { stillImages, animatedImages },
  );

  it('makes a square of each size, also of an image that is smaller', async () => {
    const squares = await process(await photograph(30, 20));
    const sides = [];
    for (const [size, square] of squares ?? []) {
      const { width, height } = await sharp(square).metadata();
      sides.push([size, width, height]);
    }
    expect(sides).to.deep.equal(AVATAR_SIZES.map((size) => [size, size, size]));
  });
});
