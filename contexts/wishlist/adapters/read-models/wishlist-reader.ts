import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import { awaitRevision } from '@lego-moc/projections/await-revision';
import type { ReadWishlist, WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../application/wishlist-id.ts';
import { wishlistDecider } from '../../domain/wishlist.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';
import { wishlists, type WishlistRow } from './wishlists.ts';

/** What a projection usually needs is far less; who waits longer is better served from the stream. */
const CATCH_UP_MS = 300;

/** A wishlist folded from its stream. */
export const latestWishlist =
  (streams: EventStreams<WishlistEvent>) =>
  async (owner: UserId): Promise<ReadWishlist> => {
    const { events, revision } = await streams.read(wishlistId(owner));
    return { list: events.reduce(wishlistDecider.evolve, wishlistDecider.initial), revision };
  };

/** Reads wishlists from the read model, and from their stream while the read model has not heard of them. */
export const wishlistReader = (db: Database, streams: EventStreams<WishlistEvent>): WishlistReader => {
  const latest = latestWishlist(streams);
  return {
    latest,
    read: async (owner, atLeast) => {
      const id = wishlistId(owner);
      if (atLeast !== undefined && !(await awaitRevision(db, wishlists.name, id, atLeast, CATCH_UP_MS))) {
        return latest(owner);
      }
      const stored = await db.oneOrNone<WishlistRow & { revision: bigint }>('select * from wishlists where id = $1', [
        id,
      ]);
      return stored ?? latest(owner);
    },
  };
};
