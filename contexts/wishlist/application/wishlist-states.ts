import type { FoldedStates } from '@lego-moc/kernel/folded-states';
import type { UserId } from '@lego-moc/kernel/message';
import type { Wishlist, WishlistCommand, WishlistRejection } from '../domain/wishlist.ts';
import type { ReadWishlist } from './ports/wishlist-reader.ts';
import { wishlistId } from './wishlist-id.ts';

export type WishlistStates = FoldedStates<WishlistCommand, Wishlist, WishlistRejection>;

/** Wishlists by whose they are: as they are at this moment, and no older than what was written here. */
export const wishlistsByOwner = ({ latest, seen }: Pick<WishlistStates, 'latest' | 'seen'>) => {
  const of =
    (read: typeof latest) =>
    async (owner: UserId): Promise<ReadWishlist> => {
      const { state: list, revision } = await read(wishlistId(owner));
      return { list, revision };
    };
  return { latest: of(latest), seen: of(seen) };
};
