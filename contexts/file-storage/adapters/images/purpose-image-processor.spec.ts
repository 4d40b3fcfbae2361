import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import { photograph } from '@lego-moc/testing/sample-pictures';
import type { Purpose } from '../../domain/file-events.ts';
import { purposeImageProcessor } from './purpose-image-processor.ts';

describe('processing an image for a purpose', () => {
  const processor = purposeImageProcessor(imageProcessor());
  const sides = async (purpose: Purpose) => {
    const { width, height } = await sharp(await processor.process(await photograph(4_000, 1_000), purpose)).metadata();
    return [width, height];
  };

  it('reduces thumbnails to 1,600 and gallery images to 3,840 pixels a side', async () => {
    expect(await sides('thumbnail')).to.deep.equal([400, 1_600]);
    expect(await sides('gallery-image')).to.deep.equal([960, 3_840]);
  });

  it('keeps the size of instructions', async () => {
    expect(await sides('instruction')).to.deep.equal([1_000, 4_000]);
  });
});
