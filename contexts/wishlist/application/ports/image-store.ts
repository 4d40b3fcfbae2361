import type { Readable } from 'node:stream';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ItemId } from '../../domain/wishlist-events.ts';

/** The place of a wish's image: below the wishlist and the item that it belongs to. */
export type ImagePlace = { readonly wishlistId: string; readonly itemId: ItemId; readonly imageId: string };

/** An image that may not be shown by any item, and its mark. */
export type MarkedImage = {
  readonly mark: string;
  readonly key: string;
  readonly wishlistId: string;
  readonly markedAt: Instant;
};

/** The images of wishes, as WebP. */
export interface ImageStore {
  /**
   * Marks the image for the sweep, since its upload may fail before an item shows it, and stores it. Returns the key to
   * find it under.
   */
  put(place: ImagePlace, webp: Uint8Array): Promise<string>;
  open(key: string): Promise<Readable | undefined>;
  delete(key: string): Promise<void>;
  /** Marks an image for the sweep before the command that may replace or remove it. Idempotent for one command. */
  mark(key: string, commandId: string): Promise<void>;
  /** The marked images, for the sweep. */
  marked(): AsyncIterable<MarkedImage>;
  unmark(mark: string): Promise<void>;
  /** Keys of all images of one wishlist. */
  keysOf(wishlistId: string): AsyncIterable<string>;
}

/** Converts an uploaded image to the one that is stored: upright, without metadata, no larger than needed, as WebP. */
export interface ImageProcessor {
  /** `undefined` when the file at `path` is no image that can be decoded. */
  process(path: string, owner: UserId): Promise<Uint8Array | undefined>;
}
