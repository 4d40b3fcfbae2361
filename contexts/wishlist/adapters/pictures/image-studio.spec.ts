import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { hostilePictures } from '@lego-moc/testing/hostile-pictures.contract';
import { animatedPictures, photograph, stillPictures } from '@lego-moc/testing/sample-pictures';
import { imageStudio } from './image-studio.ts';

describe('developing a picture of a wish', function () {
  this.timeout(20_000);
  const studio = imageStudio(imageProcessor());
  hostilePictures(
    async (picture) => {
      const shown = await studio.develop(picture);
      return shown && [shown];
    },
    { stillPictures, animatedPictures },
  );

  it('keeps it no larger than a screen shows it', async () => {
    const { width, height } = await sharp(await studio.develop(await photograph(3_200, 800))).metadata();
    expect([width, height]).to.deep.equal([400, 1_600]);
  });
});
