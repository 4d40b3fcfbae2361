import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { UserId } from '@lego-moc/kernel/message';
import { galleryPayloads } from '../../contracts/integration-events.ts';
import type { AlbumEvent, AlbumId } from '../../domain/album-events.ts';
import type { ImageEvent, ImageId } from '../../domain/image-events.ts';
import { noon, persistentState, type PersistentState } from '../../testing/gallery-in-memory.ts';
import { announceGallery } from './announcements.ts';

const ada = 'ada' as UserId;
const imageId = newId() as ImageId;
const albumId = newId() as AlbumId;
const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const details = { title: 'Crane', description: 'By night', tags: ['dock'], altText: '', licence: 'cc0-1.0' } as const;
const file = { name: 'a.webp', mediaType: 'image/webp', sizeBytes: 7, sha256: 'x' };
const UPLOAD: ImageEvent = {
  type: 'ImageUploaded',
  data: { imageId, owner: ada, file, ...details, visibility: 'private', uploadedAt: noon },
};
const CREATION: AlbumEvent = {
  type: 'AlbumCreated',
  data: { albumId, owner: ada, title: 'Cranes', description: 'All', visibility: 'public', createdAt: noon },
};

describe('announcing images and albums', () => {
  let state: PersistentState;

  beforeEach(async () => {
    state = persistentState();
    await state.images.append(
      imageId,
      [
        { type: 'ImageUploadBegun', data: { imageId, owner: ada, begunAt: noon } },
        UPLOAD,
        { type: 'ImageDescribed', data: { imageId, ...details, title: 'Harbour crane' } },
        { type: 'ImageHidden', data: { imageId, hiddenAt: noon } },
        { type: 'ImageDeleted', data: { imageId, deletedAt: noon } },
      ],
      'any',
      cause,
    );
    await state.albums.append(albumId, [CREATION], 'any', cause);
  });

  const announceAt = (stream: string, revision: bigint) =>
    announceGallery(state.images, state.albums)({ stream, revision } as DeliveredEvent);

  it('holds what the owner says about the image, as of the event', async () => {
    const [upload] = await announceAt(`image-${imageId}`, 1n);
    expect(upload).to.include({ eventType: 'image.uploaded', subject: imageId, revision: '1' });
    expect(galleryPayloads['image.uploaded'].parse(upload?.payload)).to.deep.include({
      ...{ visibility: 'private', hidden: false },
      texts: { title: 'Crane', description: 'By night', tags: ['dock'] },
    });
    const [revision] = await announceAt(`image-${imageId}`, 2n);
    expect(galleryPayloads['image.updated'].parse(revision?.payload).texts?.title).to.equal('Harbour crane');
  });

  it('says that a flagged image is hidden, and nothing but the owner of a deleted one', async () => {
    const [hiding] = await announceAt(`image-${imageId}`, 3n);
    expect(galleryPayloads['image.updated'].parse(hiding?.payload).hidden).to.equal(true);
    const [deletion] = await announceAt(`image-${imageId}`, 4n);
    const payload = { kind: 'image', status: 'deleted', imageId, owner: 'ada', deletedAt: noon };
    expect(deletion?.payload).to.deep.equal(payload);
  });

  it('announces no upload that has just begun', async () => {
    expect(await announceAt(`image-${imageId}`, 0n)).to.deep.equal([]);
  });

  it('holds title, description and time of an album', async () => {
    const [creation] = await announceAt(`album-${albumId}`, 0n);
    expect(galleryPayloads['album.created'].parse(creation?.payload)).to.deep.include({
      ...{ visibility: 'public', createdAt: noon },
      texts: { title: 'Cranes', description: 'All' },
    });
  });
});
