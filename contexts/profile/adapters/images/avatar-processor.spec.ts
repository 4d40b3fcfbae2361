import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { hostilePictures } from '@lego-moc/testing/hostile-pictures.contract';
import { animatedPictures, photograph, stillPictures } from '@lego-moc/testing/sample-pictures';
import { AVATAR_SIZES } from '../../application/ports/avatars.ts';
import { avatarProcessor } from './avatar-processor.ts';

describe('developing a picture of oneself', function () {
  this.timeout(20_000);
  const studio = avatarProcessor(imageProcessor());
  hostilePictures(
    async (picture) => {
      const squares = await studio.process(picture);
      return squares && [...squares.values()];
    },
    { stillPictures, animatedPictures },
  );

  it('makes a square of each size, of the smallest picture, too', async () => {
    const squares = await studio.process(await photograph(30, 20));
    const sides = [];
    for (const [size, square] of squares ?? []) {
      const { width, height } = await sharp(square).metadata();
      sides.push([size, width, height]);
    }
    expect(sides).to.deep.equal(AVATAR_SIZES.map((size) => [size, size, size]));
  });
});
