import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { AlbumId } from './album-events.ts';
import type { ImageId } from './image-events.ts';
import type { OwnerEvent } from './owner-events.ts';

/** Records an image as theirs before it is uploaded. */
export type BeginImage = Message<'BeginImage', { imageId: ImageId }>;
/** Records an album as theirs before it is created. */
export type BeginAlbum = Message<'BeginAlbum', { albumId: AlbumId }>;
export type EraseOwner = Message<'EraseOwner', { at: Instant }>;
export type OwnerCommand = BeginImage | BeginAlbum | EraseOwner;

export type OwnerRejection = 'user-erased';

/** An owner of images and albums. An erasure is final. */
export type Owner = {
  readonly erased: boolean;
  /** Every image that may ever have been uploaded for them. */
  readonly imageIds: readonly ImageId[];
  /** Every album that may ever have been created for them. */
  readonly albumIds: readonly AlbumId[];
};

const decide = (command: OwnerCommand, owner: Owner): Decision<OwnerEvent, OwnerRejection> => {
  if (command.type === 'EraseOwner')
    return owner.erased ? [] : [{ type: 'OwnerErased', data: { erasedAt: command.data.at } }];
  if (owner.erased) return reject('user-erased', 'This account was erased.');
  if (command.type === 'BeginImage') {
    const { imageId } = command.data;
    return owner.imageIds.includes(imageId) ? [] : [{ type: 'ImageBegun', data: { imageId } }];
  }
  const { albumId } = command.data;
  return owner.albumIds.includes(albumId) ? [] : [{ type: 'AlbumBegun', data: { albumId } }];
};

const evolve = (owner: Owner, event: OwnerEvent): Owner => {
  switch (event.type) {
    case 'ImageBegun':
      return { ...owner, imageIds: [...owner.imageIds, event.data.imageId] };
    case 'AlbumBegun':
      return { ...owner, albumIds: [...owner.albumIds, event.data.albumId] };
    case 'OwnerErased':
      return { ...owner, erased: true };
    default:
      return unreachable(event);
  }
};

export const ownerDecider: Decider<OwnerCommand, Owner, OwnerEvent, OwnerRejection> = {
  initial: { erased: false, imageIds: [], albumIds: [] },
  decide,
  evolve,
};
