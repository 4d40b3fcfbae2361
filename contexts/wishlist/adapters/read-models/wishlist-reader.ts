import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { Database } from '@lego-moc/postgres/database';
import { awaitRevision } from '@lego-moc/projections/await-revision';
import type { WishlistReader } from '../../application/ports/wishlist-reader.ts';
import { wishlistAsOf } from '../../application/wishlist-as-of.ts';
import { wishlistId } from '../../application/wishlist-id.ts';
import { wishlistsByOwner, type WishlistStates } from '../../application/wishlist-states.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';
import { wishlists, type WishlistRow } from './wishlists.ts';

/** What a projection usually needs is far less; who waits longer is better served from the stream. */
const CATCH_UP_MS = 300;

/** Reads wishlists from the read model, and from their stream while the read model has not heard of them. */
export const wishlistReader = (
  db: Database,
  states: WishlistStates,
  streams: EventStreams<WishlistEvent>,
): WishlistReader => {
  const { latest, seen } = wishlistsByOwner(states);
  const stored = (id: string) =>
    db.oneOrNone<WishlistRow & { revision: bigint }>('select * from wishlists where id = $1', [id]);
  return {
    latest,
    seen,
    asOf: async (owner, revision) => {
      const id = wishlistId(owner);
      const row = await stored(id);
      return row?.revision === revision ? row.list : wishlistAsOf(streams)(id, revision);
    },
    read: async (owner, atLeast) => {
      const id = wishlistId(owner);
      if (atLeast !== undefined && !(await awaitRevision(db, wishlists.name, id, atLeast, CATCH_UP_MS))) {
        return latest(owner);
      }
      return (await stored(id)) ?? latest(owner);
    },
  };
};
