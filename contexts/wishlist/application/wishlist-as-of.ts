import type { EventStreams } from '@lego-moc/application/event-streams';
import { stateCache } from '@lego-moc/application/state-cache';
import { wishlistDecider } from '../domain/wishlist.ts';
import type { Wishlist } from '../domain/wishlist-state.ts';
import type { WishlistEvent } from '../domain/wishlist-events.ts';

/** Some hundred lists of usual length. */
const BYTES_MAX = 4 * 1024 * 1024;

/**
 * Reads a wishlist as it was after `revision`; `undefined` when it has not reached it. A caller that reads one revision
 * after the other causes only the events between them to be read: the last state of each list is cached. Knows nothing
 * of later events, an erasure among them: anything shown to a user is read through `wishlistsByOwner`.
 */
export const wishlistAsOf = (streams: Pick<EventStreams<WishlistEvent>, 'readEvents'>, bytesMax = BYTES_MAX) => {
  const cache = stateCache<Wishlist>(bytesMax);
  return async (wishlistId: string, revision: bigint): Promise<Wishlist | undefined> => {
    const cachedList = cache.get(wishlistId);
    const cachedRevision = cachedList === undefined || cachedList.revision === 'no-stream' ? -1n : cachedList.revision;
    const isUsable = cachedList !== undefined && cachedRevision <= revision;
    if (isUsable && cachedRevision === revision) return cachedList.state;

    let list = isUsable ? cachedList.state : wishlistDecider.initial;
    for await (const recordedEvent of streams.readEvents(wishlistId, isUsable ? cachedRevision + 1n : 0n)) {
      if (recordedEvent.revision > revision) return list; // an event of an unknown type is at `revision`
      list = wishlistDecider.evolve(list, recordedEvent.event);
      if (recordedEvent.revision < revision) continue;
      if (!isUsable) cache.delete(wishlistId); // it may be newer, and would be kept instead
      return cache.put(wishlistId, { state: list, revision }).state;
    }
    return undefined;
  };
};
