import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Database } from '@lego-moc/postgres/database';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../application/wishlist-id.ts';
import { wishlistsByOwner, type WishlistStates } from '../../application/wishlist-states.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';
import { listIn, type WishlistRow } from './wishlists.ts';

/** Reads wishlists from the read model, and from their stream while the read model has not heard enough of them. */
export const wishlistReader = (
  db: Database,
  states: WishlistStates,
  streams: EventStreams<WishlistEvent>,
): WishlistReader => {
  const byOwner = wishlistsByOwner(states, streams);
  const stored = (id: string) =>
    db.oneOrNone<WishlistRow & { revision: bigint }>('select * from wishlists where id = $1', [id]);
  return {
    ...byOwner,
    read: async (owner, atLeast) => {
      const row = await stored(wishlistId(owner));
      return row !== null && row.revision >= (atLeast ?? 0n)
        ? { list: listIn(row), revision: row.revision }
        : byOwner.latest(owner);
    },
  };
};
