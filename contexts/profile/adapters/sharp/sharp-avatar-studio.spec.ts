import { expect } from 'chai';
import sharp from 'sharp';
import { developing } from '@lego-moc/pictures/develop';
import { hostilePictures } from '@lego-moc/testing/hostile-pictures.contract';
import { animatedPictures, photograph, stillPictures } from '@lego-moc/testing/sample-pictures';
import { AVATAR_SIZES } from '../../application/ports/avatars.ts';
import { sharpAvatarStudio } from './sharp-avatar-studio.ts';

describe('developing a picture of oneself', function () {
  this.timeout(20_000);
  const studio = sharpAvatarStudio(developing());
  hostilePictures(
    async (picture) => {
      const squares = await studio.develop(picture);
      return squares && [...squares.values()];
    },
    { stillPictures, animatedPictures },
  );

  it('makes a square of each size, of the smallest picture, too', async () => {
    const squares = await studio.develop(await photograph(30, 20));
    const sides = [];
    for (const [size, square] of squares ?? []) {
      const { width, height } = await sharp(square).metadata();
      sides.push([size, width, height]);
    }
    expect(sides).to.deep.equal(AVATAR_SIZES.map((size) => [size, size, size]));
  });
});
