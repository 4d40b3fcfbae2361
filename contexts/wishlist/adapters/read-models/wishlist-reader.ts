import type { Database } from '@lego-moc/postgres/database';
import { awaitRevision } from '@lego-moc/projections/await-revision';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistId } from '../../application/wishlist-id.ts';
import { wishlistsByOwner, type WishlistStates } from '../../application/wishlist-states.ts';
import { wishlists, type WishlistRow } from './wishlists.ts';

/** What a projection usually needs is far less; who waits longer is better served from the stream. */
const CATCH_UP_MS = 300;

/** Reads wishlists from the read model, and from their stream while the read model has not heard of them. */
export const wishlistReader = (db: Database, states: WishlistStates): WishlistReader => {
  const { latest, seen } = wishlistsByOwner(states);
  return {
    latest,
    seen,
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
