import { z } from 'zod';
import { flagReason } from './flags-api.ts';
import { licence, visibility } from './http-api.ts';

/** The stream of integration events of this context. The subject of its events is the image or the album. */
export const GALLERY_EVENTS = 'integration-gallery';

/**
 * What the owner says, also about what only they may see: whoever shows it heeds `visibility` and `hidden`. Absent in
 * events of earlier releases.
 */
const texts = z.object({ title: z.string(), description: z.string() });

/** The image after the event. */
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
  texts: texts.extend({ tags: z.array(z.string()) }).optional(),
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

/** The album after the event. Its images have a visibility of their own. */
const album = z.object({
  kind: z.literal('album'),
  status: z.literal('standing'),
  albumId: z.uuid(),
  owner: z.string(),
  visibility,
  imageIds: z.array(z.uuid()),
  coverImageId: z.uuid().nullable(),
  /** Absent in events of earlier releases. */
  createdAt: z.iso.datetime().optional(),
  texts: texts.optional(),
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
