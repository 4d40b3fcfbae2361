import { entityId } from '@lego-moc/event-store/delivered-event';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { unreachable } from '@lego-moc/kernel/decider';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { wishlistAsOf } from '../../application/wishlist-as-of.ts';
import type { WishlistEventType, WishlistPayload } from '../../contracts/integration-events.ts';
import type {
  WishlistEvent,
  WishlistItemAdded,
  WishlistItemDeleted,
  WishlistItemUpdated,
} from '../../domain/wishlist-events.ts';
import { wishlistCodec } from './wishlist-codec.ts';

type Said = { readonly eventType: WishlistEventType; readonly subject: string; readonly payload: WishlistPayload };

const said = (owner: string, event: WishlistItemAdded | WishlistItemUpdated | WishlistItemDeleted): Said => {
  const { itemId } = event.data;
  if (event.type === 'WishlistItemDeleted') {
    return { eventType: 'wishlist-item.deleted', subject: itemId, payload: { status: 'deleted', owner, itemId } };
  }
  const { title, description, productLink, category, priority, price } = event.data.wish;
  const told = { title, description, productLink, category, priority, price };
  const eventType = event.type === 'WishlistItemAdded' ? 'wishlist-item.added' : 'wishlist-item.updated';
  return { eventType, subject: itemId, payload: { status: 'wished', owner, itemId, ...told } };
};

/** An order names only what its author had seen: where everything stands is known from all that came before. */
const reordered = async (
  streams: EventStreams<WishlistEvent>,
  wishlistId: string,
  revision: bigint,
  owner: string,
): Promise<Said> => {
  const list = await wishlistAsOf(streams)(wishlistId, revision);
  const order = list?.items.map(({ itemId }) => itemId) ?? [];
  return { eventType: 'wishlist.reordered', subject: wishlistId, payload: { status: 'reordered', owner, order } };
};

const OWNERS_MAX = 10_000;

/** Whose a wishlist is, as its first item says. Never changes, so it is looked up once. */
const ownersOf = (streams: EventStreams<WishlistEvent>) => {
  const known = new Map<string, string>();
  const note = (wishlistId: string, owner: string): string => {
    if (known.size >= OWNERS_MAX) known.delete(known.keys().next().value ?? wishlistId);
    known.set(wishlistId, owner);
    return owner;
  };
  return {
    note,
    of: async (wishlistId: string): Promise<string> => {
      const owner = known.get(wishlistId);
      if (owner !== undefined) return owner;
      for await (const { event } of streams.recorded(wishlistId)) {
        if (event.type === 'WishlistItemAdded') return note(wishlistId, event.data.owner);
      }
      throw new Error(`Nothing was ever wished for on wishlist ${wishlistId}`);
    },
  };
};

/**
 * What the world learns of a private event. Orders that do not hold yet are nobody else's business. The stream is read
 * only where the event does not say enough.
 */
export const announceWishlist = (
  streams: EventStreams<WishlistEvent>,
): ((delivered: DeliveredEvent) => Promise<readonly Announcement[]>) => {
  const owners = ownersOf(streams);

  /** Nothing is left of it, and each item of it is gone. */
  const erased = async (wishlistId: string, revision: bigint): Promise<readonly Said[]> => {
    const before = revision === 0n ? undefined : await wishlistAsOf(streams)(wishlistId, revision - 1n);
    if (before === undefined || before.items.length === 0) return [];
    const owner = await owners.of(wishlistId);
    return before.items.map(({ itemId }) => said(owner, { type: 'WishlistItemDeleted', data: { itemId } }));
  };

  const tell = async (wishlistId: string, revision: bigint, event: WishlistEvent): Promise<readonly Said[]> => {
    switch (event.type) {
      case 'WishlistItemAdded':
        return [said(owners.note(wishlistId, event.data.owner), event)];
      case 'WishlistItemUpdated':
      case 'WishlistItemDeleted':
        return [said(await owners.of(wishlistId), event)];
      case 'WishlistReordered':
        return [await reordered(streams, wishlistId, revision, await owners.of(wishlistId))];
      case 'WishlistErased':
        return erased(wishlistId, revision);
      case 'ReorderProposed':
      case 'ReorderCancelled':
        return [];
      default:
        return unreachable(event);
    }
  };

  return async ({ stream, revision, type, data }) => {
    const event = wishlistCodec.decode(type, data);
    const told = event === undefined ? [] : await tell(entityId(stream), revision, event);
    return told.map((one) => ({ ...one, revision: String(revision) }));
  };
};
