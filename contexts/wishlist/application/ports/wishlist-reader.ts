import type { UserId } from '@lego-moc/kernel/message';
import type { Wishlist } from '../../domain/wishlist-state.ts';

export type ReadWishlist = { readonly list: Wishlist; readonly revision: bigint | 'no-stream' };

/** Wishlists as their owners see them. */
export interface WishlistReader {
  /** From the read model; from the stream where the read model is not at revision `atLeast` yet. */
  read(owner: UserId, atLeast?: bigint): Promise<ReadWishlist>;
  /** As it was after that revision; `undefined` when it has not got that far, and once the owner's account is erased. */
  asOf(owner: UserId, revision: bigint): Promise<Wishlist | undefined>;
  /** As the stream has it at this moment. */
  latest(owner: UserId): Promise<ReadWishlist>;
  /** No older than what this instance wrote. */
  lastSeen(owner: UserId): Promise<ReadWishlist>;
}
