import { expect } from 'chai';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumId } from '../domain/album-events.ts';
import type { ImageId } from '../domain/image-events.ts';
import { galleryInMemory, noon } from '../testing/gallery-in-memory.ts';
import { followEnds } from './released-items.ts';

const ada = 'ada' as UserId;
const causeOf = (step: string) => ({ commandId: derivedId('command', step), correlationId: 'c-1', actor: ada });
const imageOf = (name: string) => derivedId('image', name) as ImageId;
const albumId = derivedId('album', '1') as AlbumId;

describe('the limits of an owner', () => {
  it('count no image whose upload was abandoned, also when that is delivered twice', async () => {
    const gallery = galleryInMemory(undefined, undefined, { imagesMax: 1, albumsMax: 1 });
    const begin = (name: string) =>
      gallery.owners.begin(ada, { type: 'BeginImage', data: { imageId: imageOf(name) } }, causeOf(name));
    const imageId = imageOf('first');
    expect(await begin('first')).to.equal(undefined);
    await gallery.images.handle(imageId, { type: 'BeginUpload', data: { imageId, by: ada, at: noon } }, causeOf('up'));
    expect(await begin('second')).to.deep.include({ rejected: 'image-limit-reached', details: { limit: 1 } });

    await gallery.uploads.abandon(imageId, causeOf('abandon'));
    const event = { type: 'ImageUploadAbandoned', data: { imageId, abandonedAt: noon } } as const;
    for (const time of ['once', 'twice']) await followEnds(gallery)(event, causeOf(time));
    expect(await begin('second')).to.equal(undefined);
    expect(await begin('third')).to.have.property('rejected', 'image-limit-reached');
  });

  it('count no deleted album', async () => {
    const gallery = galleryInMemory(undefined, undefined, { imagesMax: 1, albumsMax: 1 });
    const begin = (id: AlbumId, step: string) =>
      gallery.owners.begin(ada, { type: 'BeginAlbum', data: { albumId: id } }, causeOf(step));
    await begin(albumId, 'first');
    const description = { title: 'Cranes', description: '', visibility: 'private' } as const;
    const data = { albumId, by: ada, at: noon };
    await gallery.albums.handle(albumId, { type: 'CreateAlbum', data: { ...data, ...description } }, causeOf('create'));
    const next = derivedId('album', '2') as AlbumId;
    expect(await begin(next, 'full')).to.have.property('rejected', 'album-limit-reached');

    await gallery.albums.handle(albumId, { type: 'DeleteAlbum', data }, causeOf('delete'));
    await followEnds(gallery)({ type: 'AlbumDeleted', data: { albumId, deletedAt: noon } }, causeOf('follow'));
    expect(await begin(next, 'next')).to.equal(undefined);
  });
});
