import { Readable } from 'node:stream';
import { expect } from 'chai';
import sharp from 'sharp';
import { imageProcessor } from '@lego-moc/images/image-processor';
import type { UserId } from '@lego-moc/kernel/message';
import { photograph } from '@lego-moc/testing/sample-images';
import type { Purpose } from '../../domain/file-events.ts';
import { purposeImageProcessor } from './purpose-image-processor.ts';

describe('processing an image for a purpose', function () {
  this.timeout(20_000);
  const processor = purposeImageProcessor(imageProcessor());
  const sides = async (purpose: Purpose) => {
    await using image = await processor.stage(Readable.from([await photograph(4_000, 1_000)]));
    const { width, height } = await sharp(await image.process(purpose, 'ada' as UserId)).metadata();
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
