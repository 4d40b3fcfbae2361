import { expect } from 'chai';
import sharp from 'sharp';
import { developing } from '@lego-moc/pictures/develop';
import { photograph } from '@lego-moc/testing/sample-pictures';
import type { Purpose } from '../../domain/file-events.ts';
import { pictureStudio } from './picture-studio.ts';

describe('developing a picture for a purpose', () => {
  const studio = pictureStudio(developing());
  const sides = async (purpose: Purpose) => {
    const { width, height } = await sharp(await studio.develop(await photograph(4_000, 1_000), purpose)).metadata();
    return [width, height];
  };

  it('keeps thumbnails and gallery images no larger than screens are', async () => {
    expect(await sides('thumbnail')).to.deep.equal([400, 1_600]);
    expect(await sides('gallery-image')).to.deep.equal([960, 3_840]);
  });

  it('keeps instructions as large as they are', async () => {
    expect(await sides('instruction')).to.deep.equal([1_000, 4_000]);
  });
});
