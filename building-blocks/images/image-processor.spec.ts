import { expect } from 'chai';
import sharp from 'sharp';
import { hostilePictures } from '@lego-moc/testing/hostile-pictures.contract';
import { animatedPictures, photograph, stillPictures } from '@lego-moc/testing/sample-pictures';
import { imageProcessor, webpWithin } from './image-processor.ts';

describe('developing a picture from a stranger', function () {
  this.timeout(20_000);
  const develop = imageProcessor();

  hostilePictures(
    async (picture) => {
      const shown = await develop(picture, webpWithin(1_600));
      return shown && [shown];
    },
    { stillPictures, animatedPictures },
  );

  it('leaves behind what the camera noted, after it was put upright', async () => {
    const photo = await photograph(80, 40);
    expect(photo.includes('canary-owner')).to.equal(true);
    const shown = await develop(photo, webpWithin(1_600));
    const { width, height, exif, xmp, iptc, icc, orientation } = await sharp(shown).metadata();
    expect([width, height]).to.deep.equal([40, 80]);
    expect([exif, xmp, iptc, icc, orientation]).to.deep.equal(Array.from({ length: 5 }));
  });

  it('makes pictures smaller, never larger', async () => {
    const sides = [];
    for (const side of [20, 1_600]) {
      const { width, height } = await sharp(await develop(await photograph(80, 40), webpWithin(side))).metadata();
      sides.push([width, height]);
    }
    expect(sides).to.deep.equal([
      [10, 20],
      [40, 80],
    ]);
  });
});
