import { z } from 'zod';
import { licence, visibility } from './http-api.ts';

/** The stream of integration events of this context. The subject of its events is the image or the album. */
export const GALLERY_EVENTS = 'integration-gallery';

/** The image after the event; texts of an image that only its owner sees are left to the gallery. */
const storedImage = z.object({
  kind: z.literal('image'),
  status: z.literal('stored'),
  imageId: z.uuid(),
  owner: z.string(),
  visibility,
  licence,
  mediaType: z.string(),
  sizeBytes: z.int().nonnegative(),
  uploadedAt: z.iso.datetime(),
});

const deletedImage = z.object({
  kind: z.literal('image'),
  status: z.literal('deleted'),
  imageId: z.uuid(),
  owner: z.string(),
  deletedAt: z.iso.datetime(),
});

/** The album after the event. A deleted one holds no images. */
const album = z.object({
  kind: z.literal('album'),
  status: z.enum(['standing', 'deleted']),
  albumId: z.uuid(),
  owner: z.string(),
  visibility,
  imageIds: z.array(z.uuid()),
  coverImageId: z.uuid().nullable(),
});

export const galleryPayload = z.union([storedImage, deletedImage, album]);
export type GalleryPayload = z.infer<typeof galleryPayload>;

/** Payload by event type. */
export const galleryPayloads = {
  'image.uploaded': storedImage,
  'image.updated': storedImage,
  'image.deleted': deletedImage,
  'album.created': album,
  'album.updated': album,
  'album.deleted': album,
} as const;
export type GalleryEventType = keyof typeof galleryPayloads;
