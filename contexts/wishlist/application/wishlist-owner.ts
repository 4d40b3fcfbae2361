import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { WishlistEvent } from '../domain/wishlist-events.ts';

/** The owner of a wishlist, which its first item names and which never changes; `undefined` before there is one. */
export const ownerOf = async (
  streams: Pick<EventStreams<WishlistEvent>, 'readEvents'>,
  wishlistId: string,
): Promise<UserId | undefined> => {
  for await (const { event } of streams.readEvents(wishlistId))
    if (event.type === 'WishlistItemAdded' || event.type === 'WishImported') return event.data.owner;
  return undefined;
};

/** As `ownerOf`, with null for nobody, as JSON has it. */
export const ownerIn =
  (streams: Pick<EventStreams<WishlistEvent>, 'readEvents'>) =>
  async (wishlistId: string): Promise<UserId | null> =>
    (await ownerOf(streams, wishlistId)) ?? null;
