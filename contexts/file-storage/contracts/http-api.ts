import { z } from 'zod';

/** The purpose of a file; decides which kinds of content are accepted and how large it may be. */
export const purpose = z.enum(['instruction', 'parts-list', 'thumbnail', 'gallery-image']);
export type Purpose = z.infer<typeof purpose>;

/** 100 MiB: the largest instruction PDFs seen are half of that. */
export const FILE_SIZE_MAX = 100 * 1024 * 1024;

/** Longer names are refused: 255 bytes is the limit of file systems, and a name is only ever shown. */
export const NAME_LENGTH_MAX = 255;

/** Of the owner, separated by commas: the largest of their quotas holds. */
const roles = z
  .string()
  .max(500)
  .default('')
  .transform((text) => text.split(',').filter((role) => role !== ''));

/** `POST /internal/v1/upload?…`, the content as the raw body of the request. */
export const uploadQuery = z.object({
  /** A UUID chosen by the caller; uploading the same content again under the same id changes nothing. */
  fileId: z.uuid(),
  owner: z.string().min(1).max(255),
  purpose,
  /** The name on the builder's machine. Shown to people, never used as a path. */
  name: z.string().min(1).max(NAME_LENGTH_MAX),
  /** Whether the renditions of an image carry the platform's mark. */
  watermark: z.literal('true').optional(),
  roles,
});
export type UploadQuery = z.infer<typeof uploadQuery>;

/** `POST /internal/v1/copy?…`: another file of the content of `source`, for the same purpose. */
export const copyQuery = z.object({
  /** A UUID chosen by the caller; copying again under the same id changes nothing. */
  fileId: z.uuid(),
  source: z.uuid(),
  owner: z.string().min(1).max(255),
  /** Whose the source is, if it is somebody else's: the caller answers for the permission. */
  sourceOwner: z.string().min(1).max(255).optional(),
  roles,
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/u);

/** `POST /v1/storage/uploads`: a file that its owner will send to the object store directly. */
export const directUploadRequest = z.strictObject({
  name: z.string().min(1).max(NAME_LENGTH_MAX),
  /** In bytes; the form takes exactly so many. */
  size: z.int().positive().max(FILE_SIZE_MAX),
  /** The form sends exactly this type; what the file is, its content says. */
  mediaType: z
    .string()
    .max(100)
    .regex(/^[a-z]+\/[a-z0-9.+-]+$/u)
    .default('application/octet-stream'),
  purpose,
  /** In lower-case hexadecimal digits; other content is refused. */
  sha256: sha256.exactOptional(),
});
export type DirectUploadRequest = z.input<typeof directUploadRequest>;

/** Send `fields`, then the content as `file`, as multipart/form-data to `url`; then complete the upload. */
export const directUploadForm = z.object({
  uploadId: z.uuid(),
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  expiresAt: z.iso.datetime(),
});
export type DirectUploadForm = z.infer<typeof directUploadForm>;

export const directUploadParams = z.object({ uploadId: z.uuid() });

/** A smaller WebP of an image, which fills a square of `side` pixels or fits into it. */
export const rendition = z.object({
  side: z.int().positive(),
  width: z.int().positive(),
  height: z.int().positive(),
  /** In bytes. */
  size: z.int().positive(),
});

/** What a page needs of an image before it has loaded. */
const imageMembers = {
  width: z.int().positive(),
  height: z.int().positive(),
  /** See https://blurha.sh. */
  blurhash: z.string(),
  /** As `#rrggbb`. */
  dominantColour: z.string(),
  /** Of a PDF: the image is its first page. */
  pages: z.int().positive().exactOptional(),
};

/** An image is processed soon after its upload. */
export const processedImage = z.object({ ...imageMembers, renditions: z.array(rendition) });
export type ProcessedImage = z.infer<typeof processedImage>;

/** A processed image whose renditions have URLs that anybody may read them from for a while. */
export const linkedImage = z.object({ ...imageMembers, renditions: z.array(rendition.extend({ url: z.url() })) });
export type LinkedImage = z.infer<typeof linkedImage>;

/**
 * Of images: `pending` until their renditions were made, `failed` when they could not be. Of a PDF it is absent until then.
 */
const renditionStatus = z.enum(['pending', 'processed', 'failed']);

/**
 * A stored file. The reply to an upload (201, or 200 when it was stored already) and to `GET
 * /internal/v1/files/:fileId`.
 */
export const storedFile = z.object({
  fileId: z.uuid(),
  owner: z.string(),
  purpose,
  /** As it was sent, without controls. Images end in `.webp`: a WebP without metadata is stored in their place. */
  name: z.string(),
  /** SHA-256 of the stored content, in lower-case hexadecimal digits. */
  sha256,
  /** Of the content that was sent, where another one is stored. */
  sentSha256: sha256.exactOptional(),
  /** In bytes. */
  size: z.int().positive(),
  /** Detected in the content, never taken from the client's claim. */
  mediaType: z.string(),
  storedAt: z.iso.datetime(),
  renditions: renditionStatus.exactOptional(),
  image: processedImage.exactOptional(),
});
export type StoredFile = z.infer<typeof storedFile>;

export const fileParams = z.object({ fileId: z.uuid() });

/** `GET /internal/v1/signed-url?…` */
export const signedUrlQuery = z.object({
  fileId: z.uuid(),
  /** The name a browser saves the file under; without it the file is shown in the page. */
  downloadName: z.string().min(1).max(NAME_LENGTH_MAX).optional(),
});

/** `image` is absent for other files, and until an image was processed. */
export const signedUrl = z.object({
  url: z.url(),
  expiresAt: z.iso.datetime(),
  renditions: renditionStatus.exactOptional(),
  image: linkedImage.exactOptional(),
});
export type SignedUrl = z.infer<typeof signedUrl>;

/** Images for one page. */
export const LINKED_IMAGES_MAX = 50;

/** `GET /internal/v1/images?fileIds=…`, separated by commas. */
export const linkedImagesQuery = z.object({
  fileIds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).max(LINKED_IMAGES_MAX)),
});

/** The processed images among the files, by file id, and those whose renditions cannot be made. */
export const linkedImages = z.object({
  images: z.record(z.string(), linkedImage),
  failed: z.array(z.uuid()).default([]),
});
export type LinkedImages = z.infer<typeof linkedImages>;

/** The reasons to refuse an upload. Nothing of the content is stored then. */
export const uploadRefusal = z.enum([
  'empty-file', // 422
  'media-type-refused', // 422: the content is not of a kind that serves this purpose
  'image-unreadable', // 422: an image that cannot be decoded, or is too large
  'archive-refused', // 422: an archive that is broken, or made to do harm when it is unpacked
  'infected', // 422
  'file-too-large', // 413
  'quota-exceeded', // 413: with `used`, `limit` and `wouldFit`, in bytes
  'file-id-taken', // 409: the id names other content
  'file-discarded', // 410: the id was discarded before or during the upload
  'upload-abandoned', // 409: took too long to be recorded, so its bytes were deleted; try again
  'too-many-uploads', // 429: of this owner, at the same time; try again after `Retry-After`
]);
export type UploadRefusal = z.infer<typeof uploadRefusal>;

/** The reasons to refuse a direct upload, beside those of any upload. */
export const directUploadRefusal = z.enum([
  'checksum-mismatch', // 422: the content has another SHA-256 than was announced
  'upload-not-found', // 404
  'upload-incomplete', // 409: the file has not arrived
]);

/** The reasons to refuse a copy. */
export const copyRefusal = z.enum([
  'file-not-found', // 404: the owner has no such file as the source
  'file-id-taken', // 409: the id names other content
  'file-discarded', // 410: the id was discarded before or during the copy
  'upload-abandoned', // 409: took too long to be recorded; try again
  'quota-exceeded', // 413: only of somebody else's file
  'file-too-large', // 413: the same, on an installation with a lower limit than before
  'infected', // 422: the same, as the scanner knows by now
]);
export type CopyRefusal = z.infer<typeof copyRefusal>;

/** The reasons why a file cannot be read. */
export const readRefusal = z.enum([
  'file-not-found', // 404
  'file-discarded', // 410
]);
export type ReadRefusal = z.infer<typeof readRefusal>;

/** Members of the problem `quota-exceeded`, in bytes. */
export const quotaDetails = z.object({ used: z.int(), limit: z.int(), wouldFit: z.int() });

/** `GET /v1/storage/usage`: what the caller's files take, in bytes. */
export const storageUsage = z.object({
  used: z.int().nonnegative(),
  /** Set aside for uploads under way. */
  reserved: z.int().nonnegative(),
  limit: z.int().nonnegative(),
  /** The largest file that would fit now. */
  wouldFit: z.int().nonnegative(),
  files: z.int().nonnegative(),
  /** Not taken, since files with the same content share it. */
  shared: z.int().nonnegative(),
});
export type StorageUsage = z.infer<typeof storageUsage>;

/** 1 PiB: more is a slip of the hand. */
const QUOTA_MAX = 2 ** 50;

/** `null`: the next less particular quota holds, that of the user's roles or the installation's. */
export const quotaRequest = z.strictObject({ bytes: z.int().nonnegative().max(QUOTA_MAX).nullable() });

export const userQuotaParams = z.object({ userId: z.string().min(1).max(255) });
export const roleQuotaParams = z.object({ role: z.string().regex(/^[\w-]{1,50}$/u) });

/** The quotas of this installation, in bytes. */
export const quotaList = z.object({ default: z.int(), roles: z.record(z.string(), z.int()) });

/** `limit` is that of a user without roles, unless the user has a quota of their own. */
export const userQuota = storageUsage.extend({ quota: z.int().nullable() });
