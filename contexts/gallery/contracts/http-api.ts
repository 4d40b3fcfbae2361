import { z } from 'zod';
import { hasVisibleCharacter } from '@lego-moc/kernel/visible-text';
import { moderationReply } from './flags-api.ts';
import { imageId, nextCursor, page, publicText, trimmedText } from './text-api.ts';

export const TITLE_LENGTH_MAX = 200;

const title = trimmedText.min(1).max(TITLE_LENGTH_MAX).refine(hasVisibleCharacter, 'has no visible character');
const description = publicText.max(5_000);
const tag = trimmedText.min(1).max(50);
const tags = z.array(tag).max(20);
const altText = trimmedText.max(1_000);

/** Who sees it: its owner, whoever has its id, or everybody. */
export const visibility = z.enum(['private', 'unlisted', 'public']);

/** What others may do with an image; the codes of SPDX, in lower case, where there is one. */
export const licence = z.enum([
  'all-rights-reserved',
  'cc0-1.0',
  'cc-by-4.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'cc-by-nc-sa-4.0',
  'cc-by-nd-4.0',
  'cc-by-nc-nd-4.0',
]);

const albumId = z.uuid().toLowerCase();

/** How many images one form may bring. */
export const BULK_IMAGES_MAX = 20;

/** How many ids one request may name. */
const IDS_MAX = 100;

const once = <T extends z.ZodType>(field: T) => z.tuple([field]).transform(([only]) => only);

/** What is said of every image of a form; `tags` may be sent several times, or once with commas. */
const sharedFields = {
  description: once(description).default(''),
  tags: z
    .array(z.string())
    .default([])
    .transform((values) => values.flatMap((value) => value.split(',')).filter((value) => value.trim() !== ''))
    .pipe(tags),
  licence: once(licence).default('all-rights-reserved'),
  visibility: once(visibility).default('private'),
  /** An album of the caller that they go into, behind its other images. */
  albumId: once(albumId).optional(),
};

/** The fields of `POST /v1/images`. Without a title the image is named for its file. */
export const uploadImageFields = z.strictObject({
  title: once(title).optional(),
  altText: once(altText).default(''),
  ...sharedFields,
});
export type UploadImageFields = z.output<typeof uploadImageFields>;

/** The fields of `POST /v1/images/bulk`. Each image is named for its file. */
export const uploadImagesFields = z.strictObject(sharedFields);

/**
 * Of both uploads: `watermark=true` has the platform's mark drawn across all renditions, and never across the image
 * itself. Without it the setting of the uploader holds.
 */
export const uploadQuery = z.object({
  watermark: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
});

/** `GET` and `PUT /v1/gallery/settings`: whether uploads that do not say otherwise have the mark; `false` at first. */
export const gallerySettings = z.strictObject({ watermark: z.boolean() });

/** `PATCH /v1/images/:imageId`: what is left out stays as it is. */
export const reviseImageRequest = z.strictObject({
  title: title.optional(),
  description: description.optional(),
  tags: tags.optional(),
  altText: altText.optional(),
  licence: licence.optional(),
  visibility: visibility.optional(),
});

export const createAlbumRequest = z.strictObject({
  title,
  description: description.default(''),
  visibility: visibility.default('private'),
});

/** `PATCH /v1/albums/:albumId`: what is left out stays as it is. */
export const reviseAlbumRequest = z.strictObject({
  title: title.optional(),
  description: description.optional(),
  visibility: visibility.optional(),
  /** One of its images, or null for the first one. */
  coverImageId: imageId.nullable().optional(),
});

/** `POST /v1/albums/:albumId/images`: puts images into an album; with `moveFrom` they leave that one. */
export const addImagesRequest = z.strictObject({
  imageIds: z.array(imageId).max(IDS_MAX),
  moveFrom: albumId.optional(),
});

/** `PUT /v1/albums/:albumId/order`: images that are not named follow in the order that they have. */
export const orderImagesRequest = z.strictObject({ order: z.array(imageId).max(1_000) });

export const imageParams = z.object({ imageId });
export const albumParams = z.object({ albumId });
export const albumImageParams = z.object({ albumId, imageId });

/** `GET /v1/images/exists?ids=…`, `GET /v1/albums/exists?ids=…`: ids with commas between them. */
export const existQuery = z.object({
  ids: z
    .string()
    .max(IDS_MAX * 40)
    .transform((ids) => ids.split(','))
    .pipe(z.array(z.uuid().toLowerCase()).min(1).max(IDS_MAX)),
});

/** `GET /v1/gallery`, and with one kind only `/v1/images` and `/v1/albums`: newest first. */
export const galleryQuery = z.object({
  /** The caller's own, or what everybody may see. */
  scope: z.enum(['own', 'public']).default('own'),
  visibility: visibility.optional(),
  /** Images only: albums have no tags. */
  tag: z.string().max(50).optional(),
  /** Looked for in titles, descriptions, alternative texts and tags. */
  q: z.string().max(200).optional(),
  ...page,
});
export type GalleryQuery = z.infer<typeof galleryQuery>;

/** `GET /v1/albums/:albumId/images`, in the order of the album. */
export const albumImagesQuery = z.object({
  cursor: z.coerce.number().int().nonnegative().default(0),
  limit: page.limit,
});

export const imageReply = z.object({
  imageId: z.uuid(),
  owner: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  altText: z.string(),
  licence,
  visibility,
  mediaType: z.string(),
  sizeBytes: z.int().nonnegative(),
  uploadedAt: z.iso.datetime(),
  moderation: moderationReply.nullable(),
  /** Revision of the image's stream that this shows, as a decimal string. */
  revision: z.string(),
});
export type ImageReply = z.infer<typeof imageReply>;

/** What a page needs before it has loaded an image, and WebPs of 200 and 400 pixels, whose URLs expire soon. */
const processedImage = z.object({
  width: z.int(),
  height: z.int(),
  /** See https://blurha.sh. */
  blurhash: z.string(),
  dominantColour: z.string(),
  renditions: z.array(z.object({ side: z.int(), width: z.int(), height: z.int(), size: z.int(), url: z.url() })),
});

/**
 * `pending` until the renditions were made, `failed` when they could not be, `unavailable` while file storage does not
 * answer, `withheld` from the owner of an image that a moderator has removed.
 */
const renditionStatus = z.enum(['pending', 'processed', 'failed', 'unavailable', 'withheld']);

/** The renditions of an image; `image` comes with `processed`. */
const preview = z.object({ renditions: renditionStatus, image: processedImage.exactOptional() });
export type Preview = z.infer<typeof preview>;

/** An image as reading routes show it. Replies to changes hold no URLs: they are stored, and repeated for a day. */
export const previewedImage = imageReply.extend(preview.shape);
export type PreviewedImage = z.infer<typeof previewedImage>;

export const albumReply = z.object({
  albumId: z.uuid(),
  owner: z.string(),
  title: z.string(),
  description: z.string(),
  visibility,
  /** As chosen by the owner, else the first image; null while there is none. */
  coverImageId: z.uuid().nullable(),
  /** How many images it holds, those that the reader may not see included. */
  imageCount: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  /** Revision of the album's stream that this shows, as a decimal string. */
  revision: z.string(),
});
export type AlbumReply = z.infer<typeof albumReply>;

/** An album as reading routes show it: `cover` is null without one, or when the reader may not see it. */
export const coveredAlbum = albumReply.extend({ cover: preview.nullable() });
export type CoveredAlbum = z.infer<typeof coveredAlbum>;

/** The outcome of one file of `POST /v1/images/bulk`: an image, or the problem that kept it from becoming one. */
export const uploadOutcome = z.discriminatedUnion('status', [
  z.object({ name: z.string(), status: z.literal('uploaded'), image: imageReply }),
  z.object({
    name: z.string(),
    status: z.literal('refused'),
    problem: z.object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() }),
  }),
]);
export const bulkReply = z.object({ results: z.array(uploadOutcome) });
export type UploadOutcomeReply = z.infer<typeof uploadOutcome>;

/** Signed URLs that anybody may read from for a while. */
export const fileReply = z.object({
  url: z.url(),
  expiresAt: z.iso.datetime(),
  renditions: renditionStatus.exactOptional(),
  image: processedImage.exactOptional(),
});
export type FileReply = z.infer<typeof fileReply>;

export const imageListReply = z.object({ images: z.array(previewedImage), nextCursor });
export const albumListReply = z.object({ albums: z.array(coveredAlbum), nextCursor });
export const galleryItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), image: previewedImage }),
  z.object({ kind: z.literal('album'), album: coveredAlbum }),
]);
export type GalleryItem = z.infer<typeof galleryItem>;
export const galleryReply = z.object({ items: z.array(galleryItem), nextCursor });

export const existsReply = z.object({ exists: z.literal(true) });
/** Which of the ids name something that the caller may see. */
export const existReply = z.object({ existing: z.array(z.uuid()), missing: z.array(z.uuid()) });
