import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';

export type FileId = Brand<string, 'FileId'>;

/** The key of the bytes of one upload attempt. Two attempts never share a key, so neither can spoil the other. */
export type ContentKey = Brand<string, 'ContentKey'>;

/** The purpose of a file. */
export type Purpose = 'instruction' | 'parts-list' | 'thumbnail' | 'gallery-image';

/** What the sender of an announced upload says about it. */
export type Announcement = {
  readonly owner: UserId;
  readonly purpose: Purpose;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The client's claim; the content decides what the file is. */
  readonly mediaType: string;
  readonly sha256?: string;
};

/** A user may send this file to the object store directly until the form expires. Space is reserved for it. */
export type UploadOffered = Message<
  'UploadOffered',
  Announcement & { fileId: FileId; offeredAt: Instant; expiresAt: Instant }
>;

/** A file arrived whole, is of a kind that serves its purpose, and was found clean. Its bytes never change. */
export type FileStored = Message<
  'FileStored',
  {
    fileId: FileId;
    owner: UserId;
    purpose: Purpose;
    /** As it was sent, without controls; an image's ends in `.webp`. */
    name: string;
    sha256: string;
    /** Of the content that was sent, where another one is stored, as of images. */
    sentSha256?: string;
    size: number;
    mediaType: string;
    key: ContentKey;
    /** The key of the bytes, if the owner had stored the same content before; else they lie under `key`. */
    contentKey?: ContentKey;
    storedAt: Instant;
    /** Its renditions carry the platform's mark; the file itself never does. */
    watermark?: true;
  }
>;

/** The bytes of an attempt stayed unrecorded for too long and are deleted. The id is free for another attempt. */
export type UploadAbandoned = Message<'UploadAbandoned', { fileId: FileId; key: ContentKey; abandonedAt: Instant }>;

/** The file is gone for good, or will never arrive: its id accepts no content any more. */
export type FileDiscarded = Message<'FileDiscarded', { fileId: FileId; discardedAt: Instant }>;

/** A smaller WebP of an image. */
export type StoredRendition = {
  /** The side of the square that it fills or fits into, in pixels. */
  readonly side: number;
  readonly width: number;
  readonly height: number;
  readonly size: number;
  /** Not known of those that were made before it was kept. */
  readonly sha256?: string;
  readonly key: ContentKey;
};

export type ProcessedImage = {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  /** As `#rrggbb`. */
  readonly dominantColour: string;
  /** Of a document: the image is its first page. */
  readonly pages?: number;
  readonly renditions: readonly StoredRendition[];
};

/** The renditions of an image, or of the first page of a document, were made and are durable. */
export type FileProcessed = Message<
  'FileProcessed',
  { fileId: FileId; owner: UserId; purpose: Purpose; image: ProcessedImage; processedAt: Instant }
>;

/** The renditions of an image could not be made, however often it was tried. The file itself is not affected. */
export type FileProcessingFailed = Message<
  'FileProcessingFailed',
  { fileId: FileId; owner: UserId; purpose: Purpose; failedAt: Instant }
>;

/** A later scan found a virus in a stored file. Its bytes are deleted, and its id takes no content any more. */
export type FileWithdrawn = Message<
  'FileWithdrawn',
  { fileId: FileId; owner: UserId; purpose: Purpose; infectedWith: string; withdrawnAt: Instant }
>;

export type FileEvent =
  UploadOffered | FileStored | UploadAbandoned | FileDiscarded | FileProcessed | FileProcessingFailed | FileWithdrawn;
