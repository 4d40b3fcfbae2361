import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { ImageId, Visibility } from './image-events.ts';

export type AlbumId = Brand<string, 'AlbumId'>;

/** A builder began an album, without images. */
export type AlbumCreated = Message<
  'AlbumCreated',
  { albumId: AlbumId; owner: UserId; title: string; description: string; visibility: Visibility; createdAt: Instant }
>;

/** The owner says something else about it. */
export type AlbumDescribed = Message<'AlbumDescribed', { albumId: AlbumId; title: string; description: string }>;

/** Others see it who did not, or no longer do. Its images have a visibility of their own. */
export type AlbumVisibilityChanged = Message<'AlbumVisibilityChanged', { albumId: AlbumId; visibility: Visibility }>;

/** Images came behind those that were there. When they were moved, the other album is to lose them. */
export type AlbumImagesAdded = Message<
  'AlbumImagesAdded',
  { albumId: AlbumId; imageIds: readonly ImageId[]; movedFrom: AlbumId | null }
>;

/** Images are no longer in it. A cover among them is none any more. */
export type AlbumImagesRemoved = Message<'AlbumImagesRemoved', { albumId: AlbumId; imageIds: readonly ImageId[] }>;

/** All its images, in another order. */
export type AlbumImagesOrdered = Message<'AlbumImagesOrdered', { albumId: AlbumId; order: readonly ImageId[] }>;

/** This image stands for the album; its first one does while none was chosen. */
export type AlbumCoverChosen = Message<'AlbumCoverChosen', { albumId: AlbumId; coverImageId: ImageId | null }>;

/** It is gone. Its images are not. */
export type AlbumDeleted = Message<'AlbumDeleted', { albumId: AlbumId; deletedAt: Instant }>;

export type AlbumEvent =
  | AlbumCreated
  | AlbumDescribed
  | AlbumVisibilityChanged
  | AlbumImagesAdded
  | AlbumImagesRemoved
  | AlbumImagesOrdered
  | AlbumCoverChosen
  | AlbumDeleted;
