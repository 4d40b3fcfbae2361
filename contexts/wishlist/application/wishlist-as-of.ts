import type { EventStreams } from '@lego-moc/application/event-streams';
import { wishlistDecider, type Wishlist } from '../domain/wishlist.ts';
import type { WishlistEvent } from '../domain/wishlist-events.ts';

/**
 * A wishlist as it stood after `revision`; `undefined` when it has not come that far. Looks no further, so it tells of
 * who is erased by now, too: what is shown to anybody asks `wishlistsByOwner`.
 */
export const wishlistAsOf =
  (streams: Pick<EventStreams<WishlistEvent>, 'recorded'>) =>
  async (wishlistId: string, revision: bigint): Promise<Wishlist | undefined> => {
    let list = wishlistDecider.initial;
    for await (const recorded of streams.recorded(wishlistId)) {
      list = wishlistDecider.evolve(list, recorded.event);
      if (recorded.revision >= revision) return list;
    }
    return undefined;
  };
