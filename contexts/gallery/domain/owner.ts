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
/** Records that an image is gone, so that another one may take its place. */
export type ReleaseImage = Message<'ReleaseImage', { imageId: ImageId }>;
/** Records that an album is gone, so that another one may take its place. */
export type ReleaseAlbum = Message<'ReleaseAlbum', { albumId: AlbumId }>;
/** Says whether renditions of later uploads carry the platform's mark. */
export type SetWatermark = Message<'SetWatermark', { watermark: boolean }>;
export type OwnerCommand = BeginImage | BeginAlbum | ReleaseImage | ReleaseAlbum | SetWatermark | EraseOwner;

export type OwnerRejection = 'user-erased' | 'image-limit-reached' | 'album-limit-reached';

/** How many images and albums an owner may have at a time. */
export type OwnerLimits = { readonly imagesMax: number; readonly albumsMax: number };

/** An owner of images and albums. An erasure is final. */
export type Owner = {
  readonly erased: boolean;
  /** Every image that may ever have been uploaded for them. */
  readonly imageIds: readonly ImageId[];
  /** Every album that may ever have been created for them. */
  readonly albumIds: readonly AlbumId[];
  /** Those of them that are gone. */
  readonly releasedIds: ReadonlySet<ImageId | AlbumId>;
  /** Whether uploads that do not say otherwise have the platform's mark drawn across their renditions. */
  readonly watermark: boolean;
};

type OwnerDecision = Decision<OwnerEvent, OwnerRejection>;

const countPresent = (ids: readonly (ImageId | AlbumId)[], { releasedIds }: Owner): number =>
  ids.filter((id) => !releasedIds.has(id)).length;

const isPresent = ({ imageIds, albumIds, releasedIds }: Owner, id: ImageId | AlbumId): boolean =>
  [...imageIds, ...albumIds].includes(id) && !releasedIds.has(id);

const beginImage = ({ data: { imageId } }: BeginImage, owner: Owner, { imagesMax }: OwnerLimits): OwnerDecision => {
  if (owner.imageIds.includes(imageId)) return [];
  return countPresent(owner.imageIds, owner) < imagesMax
    ? [{ type: 'ImageBegun', data: { imageId } }]
    : reject('image-limit-reached', `You have ${String(imagesMax)} images, as many as you may. Delete one first.`, {
        limit: imagesMax,
      });
};

const beginAlbum = ({ data: { albumId } }: BeginAlbum, owner: Owner, { albumsMax }: OwnerLimits): OwnerDecision => {
  if (owner.albumIds.includes(albumId)) return [];
  return countPresent(owner.albumIds, owner) < albumsMax
    ? [{ type: 'AlbumBegun', data: { albumId } }]
    : reject('album-limit-reached', `You have ${String(albumsMax)} albums, as many as you may. Delete one first.`, {
        limit: albumsMax,
      });
};

const setWatermark = ({ data: { watermark } }: SetWatermark, owner: Owner): OwnerDecision =>
  watermark === owner.watermark ? [] : [{ type: 'WatermarkSet', data: { watermark } }];

/** What only an account that is still there may have changed. */
const change = (command: BeginImage | BeginAlbum | SetWatermark, owner: Owner, limits: OwnerLimits): OwnerDecision => {
  if (owner.erased) return reject('user-erased', 'This account was erased.');
  switch (command.type) {
    case 'BeginImage':
      return beginImage(command, owner, limits);
    case 'BeginAlbum':
      return beginAlbum(command, owner, limits);
    case 'SetWatermark':
      return setWatermark(command, owner);
    default:
      return unreachable(command);
  }
};

const decideWithin =
  (limits: OwnerLimits) =>
  (command: OwnerCommand, owner: Owner): OwnerDecision => {
    switch (command.type) {
      case 'EraseOwner':
        return owner.erased ? [] : [{ type: 'OwnerErased', data: { erasedAt: command.data.at } }];
      case 'ReleaseImage': {
        const { imageId } = command.data;
        return isPresent(owner, imageId) ? [{ type: 'ImageReleased', data: { imageId } }] : [];
      }
      case 'ReleaseAlbum': {
        const { albumId } = command.data;
        return isPresent(owner, albumId) ? [{ type: 'AlbumReleased', data: { albumId } }] : [];
      }
      default:
        return change(command, owner, limits);
    }
  };

const evolve = (owner: Owner, event: OwnerEvent): Owner => {
  switch (event.type) {
    case 'ImageBegun':
      return { ...owner, imageIds: [...owner.imageIds, event.data.imageId] };
    case 'AlbumBegun':
      return { ...owner, albumIds: [...owner.albumIds, event.data.albumId] };
    case 'ImageReleased':
      return { ...owner, releasedIds: new Set([...owner.releasedIds, event.data.imageId]) };
    case 'AlbumReleased':
      return { ...owner, releasedIds: new Set([...owner.releasedIds, event.data.albumId]) };
    case 'WatermarkSet':
      return { ...owner, watermark: event.data.watermark };
    case 'OwnerErased':
      return { ...owner, erased: true };
    default:
      return unreachable(event);
  }
};

export const ownerDecider = (limits: OwnerLimits): Decider<OwnerCommand, Owner, OwnerEvent, OwnerRejection> => ({
  initial: { erased: false, imageIds: [], albumIds: [], releasedIds: new Set(), watermark: false },
  decide: decideWithin(limits),
  evolve,
});
