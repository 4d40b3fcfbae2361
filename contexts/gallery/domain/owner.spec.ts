import { given } from '@lego-moc/testing/given';
import type { Instant } from '@lego-moc/kernel/message';
import type { AlbumId } from './album-events.ts';
import type { ImageId } from './image-events.ts';
import type { OwnerEvent } from './owner-events.ts';
import { ownerDecider } from './owner.ts';

const imageId = 'image-1' as ImageId;
const albumId = 'album-1' as AlbumId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const imageBegun: OwnerEvent = { type: 'ImageBegun', data: { imageId } };
const albumBegun: OwnerEvent = { type: 'AlbumBegun', data: { albumId } };
const erasure: OwnerEvent = { type: 'OwnerErased', data: { erasedAt: noon } };
const beginImage = { type: 'BeginImage', data: { imageId } } as const;
const beginAlbum = { type: 'BeginAlbum', data: { albumId } } as const;
const erase = { type: 'EraseOwner', data: { at: noon } } as const;
const owner = given(ownerDecider({ imagesMax: 2, albumsMax: 1 }));
const imageReleased: OwnerEvent = { type: 'ImageReleased', data: { imageId } };
const albumReleased: OwnerEvent = { type: 'AlbumReleased', data: { albumId } };
const nextImage = { imageId: 'image-2' as ImageId };
const nextBegun: OwnerEvent = { type: 'ImageBegun', data: nextImage };

describe('what an owner begins', () => {
  it('records each image and album once', () => {
    owner().when(beginImage).then(imageBegun);
    owner(imageBegun).when(beginAlbum).then(albumBegun);
    owner(imageBegun, albumBegun).when(beginImage).thenNothing();
    owner(imageBegun, albumBegun).when(beginAlbum).thenNothing();
  });
  it('rejects anything after the account was erased', () => {
    owner(erasure).when(beginImage).thenRejected('user-erased');
    owner(imageBegun, erasure).when(beginImage).thenRejected('user-erased');
    owner(erasure).when(beginAlbum).thenRejected('user-erased');
  });
  it('records whether renditions carry the mark, once', () => {
    const set = (watermark: boolean) => ({ type: 'SetWatermark', data: { watermark } }) as const;
    const watermarkSet: OwnerEvent = { type: 'WatermarkSet', data: { watermark: true } };
    owner().when(set(true)).then(watermarkSet);
    owner(watermarkSet).when(set(true)).thenNothing();
    owner(watermarkSet)
      .when(set(false))
      .then({ type: 'WatermarkSet', data: { watermark: false } });
    owner().when(set(false)).thenNothing();
    owner(erasure).when(set(true)).thenRejected('user-erased');
  });
  it('rejects an image beyond the limit, repeats those within it, and takes one in place of a deleted one', () => {
    const third = { type: 'BeginImage', data: { imageId: 'image-3' as ImageId } } as const;
    owner(imageBegun, nextBegun).when(third).thenRejected('image-limit-reached');
    owner(imageBegun, nextBegun).when(beginImage).thenNothing();
    owner(imageBegun, nextBegun, imageReleased).when(third).then({ type: 'ImageBegun', data: third.data });
    owner(imageBegun, nextBegun, imageReleased).when(beginImage).thenNothing();
  });
  it('rejects an album beyond the limit, and takes one in place of a deleted one', () => {
    const second = { type: 'BeginAlbum', data: { albumId: 'album-2' as AlbumId } } as const;
    owner(albumBegun).when(second).thenRejected('album-limit-reached');
    owner(albumBegun, albumReleased).when(second).then({ type: 'AlbumBegun', data: second.data });
  });
  it('releases what it has once, and nothing else', () => {
    const releaseImage = { type: 'ReleaseImage', data: { imageId } } as const;
    const releaseAlbum = { type: 'ReleaseAlbum', data: { albumId } } as const;
    owner(imageBegun).when(releaseImage).then(imageReleased);
    owner(imageBegun, imageReleased).when(releaseImage).thenNothing();
    owner().when(releaseImage).thenNothing();
    owner(albumBegun).when(releaseAlbum).then(albumReleased);
    owner(albumBegun, albumReleased).when(releaseAlbum).thenNothing();
  });
  it('records an erasure once', () => {
    owner().when(erase).then(erasure);
    owner(erasure).when(erase).thenNothing();
  });
});
