import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { wishlistDecider } from '../domain/wishlist.ts';
import type { WishlistEvent } from '../domain/wishlist-events.ts';
import type { ImageStore } from './ports/image-store.ts';

/** Longer than any upload takes from its bytes to its event. */
const AGE_MS = 10 * 60_000;

/**
 * Removes images that no item shows: of deleted items, replaced ones, and of uploads that died before they were
 * recorded. Looks at the streams themselves, since a read model may be behind. Returns how many went.
 */
export const sweepImages =
  (images: ImageStore, streams: EventStreams<WishlistEvent>, now: Clock) => async (): Promise<number> => {
    const before = after(now(), -AGE_MS);
    let swept = 0;
    for await (const { key, wishlistId, storedAt } of images.all()) {
      if (storedAt >= before) continue;
      const { events } = await streams.read(wishlistId);
      const { items } = events.reduce(wishlistDecider.evolve, wishlistDecider.initial);
      if (items.some(({ wish }) => wish.image === key)) continue;
      await images.delete(key);
      swept += 1;
    }
    return swept;
  };
