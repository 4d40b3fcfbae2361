import { expect } from 'chai';
import sharp from 'sharp';
import { samplePdf } from '@lego-moc/testing/sample-pdf';
import { photograph } from '@lego-moc/testing/sample-images';
import { imageProcessor } from './image-processor.ts';
import { asFile } from './testing/as-file.ts';

describe('drawing the first page of a PDF', function () {
  this.timeout(60_000);
  const processor = imageProcessor();
  const describeDocument = (pdf: Uint8Array) =>
    asFile(pdf, (path) => processor.describeDocument(path, [{ fit: 'inside', side: 200 }], 'ada'));

  it('counts the pages, and makes a rendition in the colours and proportions of the first', async () => {
    const description = await describeDocument(samplePdf({ pages: 12 }));
    expect(description).to.include({ pages: 12, width: 400, height: 800 });
    expect(description?.renditions.map(({ width, height }) => [width, height])).to.deep.equal([[100, 200]]);
    const { dominant } = await sharp(description?.renditions[0]?.bytes).stats();
    expect(dominant.r).to.be.closeTo(201, 16);
    expect([dominant.g, dominant.b].every((channel) => channel < 48)).to.equal(true);
  });

  it('draws a page of ten metres and one of a point no larger', async () => {
    for (const side of [14_400, 28_346, 1]) {
      const description = await describeDocument(samplePdf({ width: side, height: side }));
      expect(description, String(side)).to.include({ pages: 1, width: 800, height: 800 });
    }
  });

  it('describes nothing of what is no PDF, has no page, or a page as thin as a line', async () => {
    for (const bytes of [
      Buffer.from('%PDF-1.4\nnothing'),
      await photograph(80, 40),
      samplePdf({ pages: 0 }),
      samplePdf({ width: 14_400, height: 1 }),
    ])
      expect(await describeDocument(bytes)).to.equal(undefined);
  });

  it('gives up a page that takes too long to draw, and serves the next document', async () => {
    const impatient = imageProcessor({ deadlineMs: 1 });
    const rendition = { fit: 'inside', side: 200 } as const;
    const draw = (path: string) => impatient.describeDocument(path, [rendition], 'ada');
    expect(await asFile(samplePdf(), draw)).to.equal(undefined);
    expect(await describeDocument(samplePdf())).to.include({ pages: 1 });
  });

  it('takes a PDF for no image', async () => {
    const rendition = { fit: 'inside', side: 200 } as const;
    expect(await asFile(samplePdf(), (path) => processor.process(path, [rendition], 'ada'))).to.equal(undefined);
  });
});
