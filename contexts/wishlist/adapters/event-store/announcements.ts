import { LRUCache } from 'lru-cache';
import { entityId, type DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import { unreachable } from '@lego-moc/kernel/decider';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { ownerOf } from '../../application/wishlist-owner.ts';
import { wishlistAsOf } from '../../application/wishlist-as-of.ts';
import type { WishlistEventType, WishlistPayload } from '../../contracts/integration-events.ts';
import type {
  WishImported,
  WishlistEvent,
  WishlistItemAdded,
  WishlistItemDeleted,
  WishlistItemUpdated,
} from '../../domain/wishlist-events.ts';
import { wishlistCodec } from './wishlist-codec.ts';

type PublicChange = {
  readonly eventType: WishlistEventType;
  readonly subject: string;
  readonly payload: WishlistPayload;
};

const itemChange = (
  owner: string,
  event: WishlistItemAdded | WishlistItemUpdated | WishImported | WishlistItemDeleted,
): PublicChange => {
  const { itemId } = event.data;
  if (event.type === 'WishlistItemDeleted') {
    return { eventType: 'wishlist-item.deleted', subject: itemId, payload: { status: 'deleted', owner, itemId } };
  }
  const { title, description, productLink, category, priority, price } = event.data.wish;
  const publicWish = { title, description, productLink, category, priority, price };
  const eventType = event.type === 'WishlistItemAdded' ? 'wishlist-item.added' : 'wishlist-item.updated';
  return { eventType, subject: itemId, payload: { status: 'wished', owner, itemId, ...publicWish } };
};

const OWNERS_MAX = 10_000;

/** The owner of a wishlist, which its first item names and which never changes. */
const createOwnerLookup = (streams: EventStreams<WishlistEvent>) => {
  const owners = new LRUCache<string, string>({ max: OWNERS_MAX });
  return {
    put: (wishlistId: string, owner: string): void => void owners.set(wishlistId, owner),
    get: async (wishlistId: string): Promise<string> => {
      const cachedOwner = owners.get(wishlistId);
      if (cachedOwner !== undefined) return cachedOwner;
      const owner = await ownerOf(streams, wishlistId);
      if (owner === undefined) throw new Error(`No item was ever added to wishlist ${wishlistId}`);
      owners.set(wishlistId, owner);
      return owner;
    },
  };
};

/**
 * Translates private events into announcements. Proposed orders are not announced. The stream is read only where the
 * event does not hold enough: an order names what its author had seen, so the whole order follows from the events
 * before it.
 */
export const announceWishlist = (
  streams: EventStreams<WishlistEvent>,
): ((deliveredEvent: DeliveredEvent) => Promise<readonly Announcement[]>) => {
  const owners = createOwnerLookup(streams);
  const asOf = wishlistAsOf(streams);

  const orderChange = async (wishlistId: string, revision: bigint): Promise<PublicChange> => {
    const owner = await owners.get(wishlistId);
    const list = await asOf(wishlistId, revision);
    const order = list?.items.map(({ itemId }) => itemId) ?? [];
    return { eventType: 'wishlist.reordered', subject: wishlistId, payload: { status: 'reordered', owner, order } };
  };

  /** Each item of an erased wishlist is announced as deleted. */
  const erasure = async (wishlistId: string, revision: bigint): Promise<readonly PublicChange[]> => {
    const before = revision === 0n ? undefined : await asOf(wishlistId, revision - 1n);
    if (before === undefined || before.items.length === 0) return [];
    const owner = await owners.get(wishlistId);
    return before.items.map(({ itemId }) => itemChange(owner, { type: 'WishlistItemDeleted', data: { itemId } }));
  };

  const changesOf = async (
    wishlistId: string,
    revision: bigint,
    event: WishlistEvent,
  ): Promise<readonly PublicChange[]> => {
    switch (event.type) {
      case 'WishlistItemAdded':
      case 'WishImported':
        owners.put(wishlistId, event.data.owner);
        return [itemChange(event.data.owner, event)];
      case 'WishlistItemUpdated':
      case 'WishlistItemDeleted':
        return [itemChange(await owners.get(wishlistId), event)];
      case 'WishlistReordered':
        return [await orderChange(wishlistId, revision)];
      case 'WishlistErased':
        return erasure(wishlistId, revision);
      case 'WishImageDescribed':
      case 'ReorderProposed':
      case 'ReorderCancelled':
        return [];
      default:
        return unreachable(event);
    }
  };

  return async ({ stream, revision, type, data }) => {
    const event = wishlistCodec.decode(type, data);
    const changes = event === undefined ? [] : await changesOf(entityId(stream), revision, event);
    return changes.map((change) => ({ ...change, revision: String(revision) }));
  };
};
