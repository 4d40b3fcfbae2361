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
const owner = given(ownerDecider);

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
  it('records an erasure once', () => {
    owner().when(erase).then(erasure);
    owner(erasure).when(erase).thenNothing();
  });
});
