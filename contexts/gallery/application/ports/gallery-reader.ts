import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumReply, GalleryItem, GalleryQuery, ImageReply } from '../../contracts/http-api.ts';
import type { AlbumId } from '../../domain/album-events.ts';
import type { ImageId } from '../../domain/image-events.ts';

/** An item without its preview, which the read models do not have. */
export type PlainItem =
  { readonly kind: 'image'; readonly image: ImageReply } | { readonly kind: 'album'; readonly album: AlbumReply };

export type GalleryPage = { readonly items: readonly PlainItem[]; readonly nextCursor: string | null };

/** The gallery as the read models have it. */
export interface GalleryReader {
  /** A page of what `reader` may see, of one kind or of both, newest first. Refuses an invalid cursor. */
  page(reader: UserId, query: GalleryQuery, kinds: readonly GalleryItem['kind'][]): Promise<GalleryPage>;
  /** Images that albums hold and that the read model has not, some at a time: deleted, or not yet projected. */
  missingImages(): Promise<readonly { readonly albumId: AlbumId; readonly imageId: ImageId }[]>;
  /** The albums that hold an image, as far as the read model is. */
  albumsWith(imageId: ImageId): Promise<readonly AlbumId[]>;
}
