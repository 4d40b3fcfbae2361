import type { Instant, Message } from '@lego-moc/kernel/message';
import type { AlbumId } from './album-events.ts';
import type { ImageId } from './image-events.ts';

/** An image with this id is about to be uploaded for them. Perhaps it never was. */
export type ImageBegun = Message<'ImageBegun', { imageId: ImageId }>;

/** An album with this id is about to be created for them. Perhaps it never was. */
export type AlbumBegun = Message<'AlbumBegun', { albumId: AlbumId }>;

/** The image is deleted, or its upload was abandoned: it no longer counts towards their limit. */
export type ImageReleased = Message<'ImageReleased', { imageId: ImageId }>;

/** The album is deleted: it no longer counts towards their limit. */
export type AlbumReleased = Message<'AlbumReleased', { albumId: AlbumId }>;

/** Renditions of images that they upload from now on carry the platform's mark, or none any more. */
export type WatermarkSet = Message<'WatermarkSet', { watermark: boolean }>;

/** Their account is erased. Nothing is begun for them again. */
export type OwnerErased = Message<'OwnerErased', { erasedAt: Instant }>;

export type OwnerEvent = ImageBegun | AlbumBegun | ImageReleased | AlbumReleased | WatermarkSet | OwnerErased;
