import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { wishlistDecider } from '../domain/wishlist.ts';
import type { WishlistEvent } from '../domain/wishlist-events.ts';
import type { ImageStore } from './ports/image-store.ts';

/** Longer than any upload takes from its first byte to its event. */
const AGE_MS = 10 * 60_000;

/**
 * Removes images that no item shows: of deleted items, replaced ones, and of uploads that failed before they were
 * recorded. Looks at marked images only, so that it costs what changed lately and not what is stored; and at the streams
 * themselves, since a read model may be behind. Returns how many images were removed.
 */
export const sweepImages =
  (images: ImageStore, streams: EventStreams<WishlistEvent>, now: Clock) => async (): Promise<number> => {
    const before = after(now(), -AGE_MS);
    let count = 0;
    for await (const { mark, key, wishlistId, markedAt } of images.marked()) {
      if (markedAt >= before) continue;
      const { events } = await streams.read(wishlistId);
      const { items } = events.reduce(wishlistDecider.evolve, wishlistDecider.initial);
      if (!items.some(({ wish }) => wish.image === key)) {
        await images.delete(key);
        count += 1;
      }
      await images.unmark(mark);
    }
    return count;
  };
