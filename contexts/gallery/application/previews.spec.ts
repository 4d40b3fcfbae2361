import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumReply, ImageReply, Preview } from '../contracts/http-api.ts';
import { previews } from './previews.ts';

const ada = 'ada' as UserId;
const bob = 'bob' as UserId;
const at = '2026-01-01T12:00:00.000Z';

const image = (moderation: ImageReply['moderation'] = null): ImageReply => ({
  ...{ imageId: newId(), owner: ada, title: 'Crane', description: '', tags: [], altText: '' },
  ...{ licence: 'cc0-1.0', visibility: 'private', mediaType: 'image/webp', sizeBytes: 7 },
  ...{ uploadedAt: at, moderation, revision: '1' },
});
const album = (coverImageId: string | null): AlbumReply => ({
  ...{ albumId: newId(), owner: ada, title: 'Cranes', description: '', visibility: 'public', coverImageId },
  ...{ imageCount: 1, createdAt: at, revision: '1' },
});
const removal = { decision: 'remove', rule: 'creations-only', reason: 'It is none.', decidedAt: at } as const;
const removedState: ImageReply['moderation'] = { hidden: true, flags: [], decision: removal, appealedAt: null };

/** Previews over a file store that has these, and views that show images to their owner only. */
const previewsOver = (statuses: ReadonlyMap<string, Preview['renditions']>, images: readonly ImageReply[]) => {
  const calls: (readonly string[])[] = [];
  const files = {
    previews: (imageIds: readonly string[]) => {
      calls.push(imageIds);
      return Promise.resolve(imageIds.map((id): Preview => ({ renditions: statuses.get(id) ?? 'pending' })));
    },
  };
  const views = {
    image: (imageId: string, reader: UserId) =>
      Promise.resolve(images.find((entry) => entry.imageId === imageId && entry.owner === reader)),
  };
  return { calls, ...previews(files, views) };
};

describe('previews of images and albums', () => {
  it('adds to each image what its renditions are, in one call', async () => {
    const [failedImage, pending] = [image(), image()];
    const reader = previewsOver(new Map([[failedImage.imageId, 'failed']]), []);
    const result = await reader.images([failedImage, pending]);
    expect(result.map(({ renditions }) => renditions)).to.deep.equal(['failed', 'pending']);
    expect(reader.calls).to.deep.equal([[failedImage.imageId, pending.imageId]]);
  });

  it('withholds the renditions of an image that a moderator removed, and does not load them', async () => {
    const reader = previewsOver(new Map(), []);
    const [only] = await reader.images([image(removedState)]);
    expect(only?.renditions).to.equal('withheld');
    expect(reader.calls).to.deep.equal([[]]);
  });

  it('adds the cover to an album for those who may see the image, and null for everybody else', async () => {
    const cover = image();
    const previewReader = previewsOver(new Map([[cover.imageId, 'failed']]), [cover]);
    const items = [
      { kind: 'album', album: album(cover.imageId) },
      { kind: 'album', album: album(null) },
    ] as const;
    const coversFor = async (reader: UserId) =>
      (await previewReader.items(items, reader)).map((item) => item.kind === 'album' && item.album.cover);
    expect(await coversFor(ada)).to.deep.equal([{ renditions: 'failed' }, null]);
    expect(await coversFor(bob)).to.deep.equal([null, null]);
  });

  it('loads an image once that is previewReader as an item and as a cover', async () => {
    const cover = image();
    const reader = previewsOver(new Map(), [cover]);
    await reader.items(
      [
        { kind: 'image', image: cover },
        { kind: 'album', album: album(cover.imageId) },
      ],
      ada,
    );
    expect(reader.calls).to.deep.equal([[cover.imageId]]);
  });
});
