import { expect } from 'chai';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumId } from '../domain/album-events.ts';
import type { ImageDetails, ImageId } from '../domain/image-events.ts';
import { galleryInMemory } from '../testing/gallery-in-memory.ts';
import { followAdditions, removeFromAlbums, sweepAlbums } from './album-images.ts';

const ada = 'ada' as UserId;
const bob = 'bob' as UserId;
const because = (...parts: readonly string[]) => ({
  commandId: derivedId('command', ...parts),
  correlationId: 'c-1',
  actor: ada,
});
const details: ImageDetails = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc0-1.0' };
const [firstAlbum, secondAlbum] = ['here', 'there'] as AlbumId[] as [AlbumId, AlbumId];
const [first, two] = ['one', 'two'] as ImageId[] as [ImageId, ImageId];

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

const newGallery = async () => {
  const gallery = galleryInMemory();
  for (const albumId of [firstAlbum, secondAlbum]) {
    const data = {
      albumId,
      by: ada,
      title: albumId,
      description: '',
      visibility: 'private',
      at: gallery.now(),
    } as const;
    await gallery.albums.handle(albumId, { type: 'CreateAlbum', data }, because(albumId));
  }
  for (const imageId of [first, two]) {
    const incomingImage = { imageId, owner: ada, roles: [], name: 'x.png', content: bytes(imageId) };
    const receivedImage = await gallery.uploads.receive(incomingImage, because(imageId));
    if ('rejected' in receivedImage) throw new Error(receivedImage.because);
    await gallery.uploads.complete(receivedImage, ada, { details, visibility: 'private' }, because(imageId));
  }
  const imagesIn = async (albumId: AlbumId) => gallery.views.imageIdsOf(albumId, ada);
  const remove = (imageId: ImageId) =>
    gallery.images.handle(
      imageId,
      { type: 'DeleteImage', data: { imageId, by: ada, at: gallery.now() } },
      because('delete', imageId),
    );
  return { ...gallery, imagesIn, remove };
};

describe('putting images into albums', () => {
  it('copies: the image is in both albums', async () => {
    const { addToAlbum, imagesIn } = await newGallery();
    await addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first, two] }, because('1'));
    await addToAlbum({ albumId: secondAlbum, by: ada, imageIds: [first] }, because('2'));
    expect([await imagesIn(firstAlbum), await imagesIn(secondAlbum)]).to.deep.equal([[first, two], [first]]);
  });

  it('moves: the image leaves the other album', async () => {
    const { addToAlbum, imagesIn } = await newGallery();
    await addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first, two] }, because('1'));
    await addToAlbum({ albumId: secondAlbum, by: ada, imageIds: [first], movedFrom: firstAlbum }, because('2'));
    expect([await imagesIn(firstAlbum), await imagesIn(secondAlbum)]).to.deep.equal([[two], [first]]);
  });

  it('keeps an image that is moved to where it is', async () => {
    const { addToAlbum, imagesIn } = await newGallery();
    await addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first] }, because('1'));
    await addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first], movedFrom: firstAlbum }, because('2'));
    expect(await imagesIn(firstAlbum)).to.deep.equal([first]);
  });

  it('rejects images and albums that are not the owner’s, and deleted images', async () => {
    const { addToAlbum, imagesIn, remove } = await newGallery();
    const rejectionOf = async (addition: object) =>
      addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first], ...addition }, because('1'));
    expect(await rejectionOf({ by: bob })).to.have.property('rejected', 'image-not-found');
    expect(await rejectionOf({ imageIds: [first, 'three'] })).to.have.property('rejected', 'image-not-found');
    expect(await rejectionOf({ movedFrom: 'elsewhere' })).to.have.property('rejected', 'album-not-found');
    await remove(first);
    expect(await rejectionOf({})).to.have.property('rejected', 'image-not-found');
    expect(await imagesIn(firstAlbum)).to.deep.equal([]);
  });

  it('completes a move whose process died between the two albums', async () => {
    const gallery = await newGallery();
    const { albums, addToAlbum, imagesIn } = gallery;
    await addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first] }, because('1'));
    const data = { albumId: secondAlbum, by: ada, imageIds: [first], movedFrom: firstAlbum };
    await albums.handle(secondAlbum, { type: 'AddImages', data }, because('2'));
    expect(await imagesIn(firstAlbum)).to.deep.equal([first]);
    const event = {
      type: 'AlbumImagesAdded',
      data: { albumId: secondAlbum, imageIds: [first], movedFrom: firstAlbum },
    } as const;
    for (const time of ['first', 'second']) await followAdditions(gallery)(event, because(time));
    expect([await imagesIn(firstAlbum), await imagesIn(secondAlbum)]).to.deep.equal([[], [first]]);
  });

  it('removes an image that was deleted at the moment it was put in', async () => {
    const gallery = await newGallery();
    await gallery.addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first, two] }, because('1'));
    await gallery.remove(first);
    const event = {
      type: 'AlbumImagesAdded',
      data: { albumId: firstAlbum, imageIds: [first, two], movedFrom: null },
    } as const;
    await followAdditions(gallery)(event, because('2'));
    expect(await gallery.imagesIn(firstAlbum)).to.deep.equal([two]);
  });

  it('sweeps deleted images out of albums, and leaves those that the read model has not yet', async () => {
    const gallery = await newGallery();
    await gallery.addToAlbum({ albumId: firstAlbum, by: ada, imageIds: [first, two] }, because('1'));
    await gallery.remove(first);
    const missingImages = () => Promise.resolve([first, two].map((imageId) => ({ albumId: firstAlbum, imageId })));
    expect(await sweepAlbums({ ...gallery, missingImages })()).to.equal(1);
    expect(await gallery.imagesIn(firstAlbum)).to.deep.equal([two]);
  });

  it('removes a deleted image from every album that holds it', async () => {
    const { albums, addToAlbum, imagesIn } = await newGallery();
    for (const albumId of [firstAlbum, secondAlbum])
      await addToAlbum({ albumId, by: ada, imageIds: [first, two] }, because(albumId, '1'));
    const albumsWith = () => Promise.resolve([firstAlbum, secondAlbum]);
    await removeFromAlbums({ albums, albumsWith })(first, ada, because('2'));
    expect([await imagesIn(firstAlbum), await imagesIn(secondAlbum)]).to.deep.equal([[two], [two]]);
  });
});
