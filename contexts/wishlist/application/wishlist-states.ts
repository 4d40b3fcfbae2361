import type { EventStreams } from '@lego-moc/application/event-streams';
import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { UserId } from '@lego-moc/kernel/message';
import type { WishlistCommand } from '../domain/wishlist.ts';
import type { Wishlist, WishlistRejection } from '../domain/wishlist-state.ts';
import type { WishlistEvent } from '../domain/wishlist-events.ts';
import type { ReadWishlist } from './ports/wishlist-reader.ts';
import { wishlistAsOf } from './wishlist-as-of.ts';
import { wishlistId } from '../contracts/wishlist-id.ts';

export type WishlistStates = FoldedStates<WishlistCommand, Wishlist, WishlistRejection>;

/** Wishlists by owner: at this moment, no older than the writes of this instance, and at earlier revisions. */
export const wishlistsByOwner = (
  { latest, lastSeen }: Pick<WishlistStates, 'latest' | 'lastSeen'>,
  streams: Pick<EventStreams<WishlistEvent>, 'readEvents'>,
) => {
  const asOf = wishlistAsOf(streams);
  const of =
    (read: typeof latest) =>
    async (owner: UserId): Promise<ReadWishlist> => {
      const { state: list, revision } = await read(wishlistId(owner));
      return { list, revision };
    };
  return {
    latest: of(latest),
    lastSeen: of(lastSeen),
    asOf: async (owner: UserId, revision: bigint): Promise<Wishlist | undefined> => {
      const id = wishlistId(owner);
      const { state: list, revision: latestRevision } = await latest(id);
      // Earlier wishes are still in the stream of an erased user, and must not be shown.
      if (list.erased) return undefined;
      return latestRevision === revision ? list : asOf(id, revision);
    },
  };
};
