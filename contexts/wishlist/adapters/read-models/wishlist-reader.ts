import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Database } from '@lego-moc/postgres/database';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../contracts/wishlist-id.ts';
import { wishlistsByOwner, type WishlistStates } from '../../application/wishlist-states.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';
import { toWishlist, type WishlistRow } from './wishlists.ts';

/** Reads wishlists from the read model, and from their streams while the read model is behind. */
export const wishlistReader = (
  db: Database,
  states: WishlistStates,
  streams: EventStreams<WishlistEvent>,
): WishlistReader => {
  const byOwner = wishlistsByOwner(states, streams);
  const storedRow = (id: string) =>
    db.oneOrNone<WishlistRow & { revision: bigint }>('select * from wishlists where id = $1', [id]);
  return {
    ...byOwner,
    read: async (owner, atLeast) => {
      const row = await storedRow(wishlistId(owner));
      return row !== null && row.revision >= (atLeast ?? 0n)
        ? { list: toWishlist(row), revision: row.revision }
        : byOwner.latest(owner);
    },
  };
};
