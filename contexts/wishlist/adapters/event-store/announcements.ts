import type { Announcement } from '@lego-moc/event-store/integration';
import type { Delivered } from '@lego-moc/event-store/subscriptions';
import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { WishlistEventType, WishlistPayload } from '../../contracts/integration-events.ts';
import { wishlistDecider, type Wishlist } from '../../domain/wishlist.ts';
import type { WishlistEvent } from '../../domain/wishlist-events.ts';

type Said = { readonly eventType: WishlistEventType; readonly subject: string; readonly payload: WishlistPayload };

const said = (wishlistId: string, owner: string, list: Wishlist, event: WishlistEvent): Said | undefined => {
  switch (event.type) {
    case 'WishlistItemAdded':
    case 'WishlistItemUpdated': {
      const { itemId, wish } = event.data;
      const { title, description, productLink, category, priority, price } = wish;
      const told = { title, description, productLink, category, priority, price };
      const eventType = event.type === 'WishlistItemAdded' ? 'wishlist-item.added' : 'wishlist-item.updated';
      return { eventType, subject: itemId, payload: { status: 'wished', owner, itemId, ...told } };
    }
    case 'WishlistItemDeleted': {
      const { itemId } = event.data;
      return { eventType: 'wishlist-item.deleted', subject: itemId, payload: { status: 'deleted', owner, itemId } };
    }
    case 'WishlistReordered': {
      const order = list.items.map(({ itemId }) => itemId);
      return { eventType: 'wishlist.reordered', subject: wishlistId, payload: { status: 'reordered', owner, order } };
    }
    case 'ReorderProposed':
    case 'ReorderCancelled':
      return undefined;
  }
};

/** What the world learns of a private event. Orders that do not hold yet are nobody else's business. */
export const announceWishlist =
  (streams: EventStreams<WishlistEvent>) =>
  async ({ stream, revision }: Delivered): Promise<readonly Announcement[]> => {
    const wishlistId = stream.slice(stream.indexOf('-') + 1);
    let list = wishlistDecider.initial;
    let owner = '';
    for await (const recorded of streams.recorded(wishlistId)) {
      const { event } = recorded;
      list = wishlistDecider.evolve(list, event);
      if (event.type === 'WishlistItemAdded') ({ owner } = event.data);
      if (recorded.revision !== revision) continue;
      const announced = said(wishlistId, owner, list, event);
      return announced === undefined ? [] : [{ ...announced, revision: String(revision) }];
    }
    return [];
  };
