import { expect } from 'chai';
import type { LinkedImage } from '../contracts/files-api.ts';
import type { MocReply } from '../contracts/http-api.ts';
import type { FileId } from '../domain/moc-events.ts';
import { instructionsReplyOf } from './instructions-reply.ts';

const part = (fileId: string): MocReply['files'][number] => ({
  ...{ fileId, kind: 'instruction', name: `${fileId}.pdf` },
  ...{ mediaType: 'application/pdf', sizeBytes: 4, sha256: '00' },
});
const preview = (pages?: number): LinkedImage => ({
  ...{ width: 400, height: 800, blurhash: 'LEHV6n', dominantColour: '#c91a09', renditions: [] },
  ...(pages === undefined ? {} : { pages }),
});

describe('the parts of instructions', () => {
  it('keep their order, and have pages and a preview as far as those were made', () => {
    const images = new Map<FileId, LinkedImage | 'failed'>();
    for (const [fileId, image] of Object.entries({
      first: preview(12),
      third: 'failed',
      picture: preview(),
      fourth: preview(30),
    } as const))
      images.set(fileId as FileId, image);
    const files = ['first', 'second', 'third', 'picture', 'fourth'].map(part);
    const { pages, parts } = instructionsReplyOf(files, images);
    expect(pages).to.equal(42);
    expect(parts.map((some) => [some.fileId, some.pages, some.preview !== null])).to.deep.equal([
      ['first', 12, true],
      ['second', null, false],
      ['third', null, false],
      ['picture', null, true],
      ['fourth', 30, true],
    ]);
  });
});
