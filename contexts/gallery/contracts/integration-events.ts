import { z } from 'zod';
import { flagReason, licence, visibility } from './http-api.ts';

/** The stream of integration events of this context. The subject of its events is the image or the album. */
export const GALLERY_EVENTS = 'integration-gallery';

/** The image after the event; texts of an image that only its owner sees are left to the gallery. */
const storedImage = z.object({
  kind: z.literal('image'),
  status: z.literal('stored'),
  imageId: z.uuid(),
  owner: z.string(),
  visibility,
  /** Seen by nobody but its owner and moderators, whatever its visibility. */
  hidden: z.boolean(),
  licence,
  mediaType: z.string(),
  sizeBytes: z.int().nonnegative(),
  uploadedAt: z.iso.datetime(),
});

/** `image.flagged`: the reason of the flag that the event is about. */
const flaggedImage = storedImage.extend({ reason: flagReason });

const deletedImage = z.object({
  kind: z.literal('image'),
  status: z.literal('deleted'),
  imageId: z.uuid(),
  owner: z.string(),
  deletedAt: z.iso.datetime(),
});

/** The album after the event. */
const album = z.object({
  kind: z.literal('album'),
  status: z.literal('standing'),
  albumId: z.uuid(),
  owner: z.string(),
  visibility,
  imageIds: z.array(z.uuid()),
  coverImageId: z.uuid().nullable(),
});

const deletedAlbum = z.object({
  kind: z.literal('album'),
  status: z.literal('deleted'),
  albumId: z.uuid(),
  owner: z.string(),
  deletedAt: z.iso.datetime(),
});

export const galleryPayload = z.union([flaggedImage, storedImage, deletedImage, album, deletedAlbum]);
export type GalleryPayload = z.infer<typeof galleryPayload>;

/** Payload by event type. */
export const galleryPayloads = {
  'image.uploaded': storedImage,
  'image.updated': storedImage,
  'image.flagged': flaggedImage,
  'image.deleted': deletedImage,
  'album.created': album,
  'album.updated': album,
  'album.deleted': deletedAlbum,
} as const;
export type GalleryEventType = keyof typeof galleryPayloads;
