import { expect } from 'chai';
import type { LinkedImage } from '../contracts/files-api.ts';
import type { MocReply } from '../contracts/http-api.ts';
import type { FileId } from '../domain/moc-events.ts';
import { imagesReplyOf } from './images-reply.ts';

const file = (fileId: string): MocReply['files'][number] => ({
  ...{ fileId, kind: 'thumbnail', name: `${fileId}.webp`, mediaType: 'image/webp', sizeBytes: 1, sha256: '0' },
});
const image: LinkedImage = { width: 4, height: 2, blurhash: 'L0', dominantColour: '#102030', renditions: [] };

describe('listing the images of a MOC', () => {
  it('separates the processed ones from those that wait and those that failed, each in the order of the files', () => {
    const images = new Map<FileId, LinkedImage | 'failed'>([
      ['b' as FileId, 'failed'],
      ['a' as FileId, image],
    ]);
    expect(imagesReplyOf([file('c'), file('b'), file('a')], images)).to.deep.equal({
      images: [{ fileId: 'a', kind: 'thumbnail', name: 'a.webp', ...image }],
      unprocessed: [
        { fileId: 'c', kind: 'thumbnail', name: 'c.webp', renditions: 'pending' },
        { fileId: 'b', kind: 'thumbnail', name: 'b.webp', renditions: 'failed' },
      ],
    });
  });
});
