import type { Readable } from 'node:stream';
import type { Instant } from '@lego-moc/kernel/message';
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

/** Makes a picture fit to keep: upright, without what the camera noted, no larger than needed, as WebP. */
export interface ImageStudio {
  /** `undefined` when it is no picture that can be shown. */
  develop(picture: Uint8Array): Promise<Uint8Array | undefined>;
}
