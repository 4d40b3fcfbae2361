import type { Readable } from 'node:stream';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ItemId } from '../../domain/wishlist-events.ts';

/** Where a wish keeps its image: below the wishlist and the item that it belongs to. */
export type ImagePlace = { readonly wishlistId: string; readonly itemId: ItemId; readonly imageId: string };

export type StoredImage = { readonly key: string; readonly wishlistId: string; readonly storedAt: Instant };

/** The pictures of wished-for things, as WebP. */
export interface ImageStore {
  /** Returns the key to find it under. */
  put(place: ImagePlace, webp: Uint8Array): Promise<string>;
  open(key: string): Promise<Readable | undefined>;
  delete(key: string): Promise<void>;
  /** Of one wishlist, or of all. */
  all(wishlistId?: string): AsyncIterable<StoredImage>;
}

/** Converts an uploaded image to the one that is stored: upright, without metadata, no larger than needed, as WebP. */
export interface ImageProcessor {
  /** `undefined` when the file at `path` is no image that can be decoded. */
  process(path: string, owner: UserId): Promise<Uint8Array | undefined>;
}
