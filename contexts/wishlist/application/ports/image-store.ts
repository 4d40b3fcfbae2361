import type { Readable } from 'node:stream';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ImagePreview, ItemId } from '../../domain/wishlist-events.ts';

/** The first segment of all keys of images. */
export const IMAGES_FOLDER = 'wishlist';

/** The place of a wish's image: below the wishlist and the item that it belongs to. */
export type ImagePlace = { readonly wishlistId: string; readonly itemId: ItemId; readonly imageId: string };

/** An image that may not be shown by any item, and its mark. */
export type MarkedImage = {
  readonly mark: string;
  readonly key: string;
  readonly wishlistId: string;
  readonly markedAt: Instant;
};

/** An image that was converted: the WebP that is stored, and the renditions of its preview in their order. */
export type ConvertedImage = {
  readonly webp: Uint8Array;
  readonly preview: ImagePreview;
  readonly renditions: readonly Uint8Array[];
};

/** The images of wishes, as WebP, with their renditions. */
export interface ImageStore {
  /**
   * Marks the image for the sweep, since its upload may fail before an item shows it, and stores it with its renditions.
   * Returns the key to find it under.
   */
  put(place: ImagePlace, image: ConvertedImage): Promise<string>;
  /** Stores the renditions of a stored image. Mark it before. Safe to repeat. */
  putRenditions(key: string, image: Omit<ConvertedImage, 'webp'>): Promise<void>;
  open(key: string): Promise<Readable | undefined>;
  /** A URL, or a path at the gateway, that anybody may read a rendition of the image from for a while. */
  renditionUrl(key: string, side: number): Promise<string>;
  /** With its renditions. */
  delete(key: string): Promise<void>;
  /** Marks an image for the sweep before the command that may replace or remove it. Idempotent for one command. */
  mark(key: string, commandId: string): Promise<void>;
  /** The marked images, for the sweep. */
  marked(): AsyncIterable<MarkedImage>;
  unmark(mark: string): Promise<void>;
  /** Keys of all images of one wishlist, and of their renditions. */
  keysOf(wishlistId: string): AsyncIterable<string>;
}

/** Converts an uploaded image to the one that is stored: upright, without metadata, no larger than needed, as WebP. */
export interface ImageProcessor {
  /** `undefined` when the file at `path` is no image that can be decoded. */
  process(path: string, owner: UserId): Promise<ConvertedImage | undefined>;
  /** The preview of a stored image, and its renditions; `undefined` when it cannot be decoded. */
  describe(webp: AsyncIterable<Uint8Array>): Promise<Omit<ConvertedImage, 'webp'> | undefined>;
}
