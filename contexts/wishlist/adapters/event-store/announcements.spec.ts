import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Announcement } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ItemId, Wish, WishlistEvent } from '../../domain/wishlist-events.ts';
import { announceWishlist } from './announcements.ts';
import { wishlistCodec } from './wishlist-codec.ts';

const ada = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const [crane, train] = [newId() as ItemId, newId() as ItemId];
const wish = (title: string): Wish => ({
  title,
  description: '',
  productLink: '',
  category: '',
  priority: 'medium',
  price: null,
  image: null,
});
const addition = (itemId: ItemId, title: string): WishlistEvent => ({
  type: 'WishlistItemAdded',
  data: { owner: ada, itemId, wish: wish(title), addedAt: noon },
});

const HISTORY: readonly WishlistEvent[] = [
  addition(crane, 'Crane'),
  addition(train, 'Train'),
  { type: 'WishlistItemUpdated', data: { itemId: crane, wish: wish('Harbour crane') } },
  { type: 'ReorderProposed', data: { requestId: 'r1', order: [train], persistAt: noon } },
  { type: 'WishlistReordered', data: { requestId: 'r1', order: [train] } },
  { type: 'WishlistItemDeleted', data: { itemId: crane } },
  { type: 'WishlistErased', data: { erasedAt: noon } },
];

describe('announcing the events of a wishlist', () => {
  const streams = inMemoryStreams<WishlistEvent>('wishlist');
  const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
  before(() => streams.append('w', HISTORY, 'no-stream', cause));

  /** By a publisher that has handled no event before, unless another one is given. */
  const announceAt = (revision: number, announce = announceWishlist(streams)): Promise<readonly Announcement[]> => {
    const { type, data } = wishlistCodec.encode(HISTORY[revision]!);
    const place = { stream: 'wishlist-w', revision: BigInt(revision), position: 0n, eventId: newId() };
    return announce({ ...place, type, data, recordedAt: noon, cause, retryCount: 0 } satisfies DeliveredEvent);
  };

  it('announces an added item with its wish, its owner and the revision of the list', async () => {
    const [announcement] = await announceAt(0);
    expect(announcement).to.deep.include({ eventType: 'wishlist-item.added', subject: crane, revision: '0' });
    expect(announcement?.payload).to.deep.include({ status: 'wished', owner: ada, itemId: crane, title: 'Crane' });
  });

  it('names the owner of an item that was changed or deleted', async () => {
    expect((await announceAt(2))[0]?.payload).to.deep.include({ owner: ada, title: 'Harbour crane' });
    expect((await announceAt(5))[0]?.payload).to.deep.equal({ status: 'deleted', owner: ada, itemId: crane });
  });

  it('announces a reorder with the whole order at that revision', async () => {
    expect((await announceAt(4))[0]).to.deep.include({
      eventType: 'wishlist.reordered',
      subject: 'w',
      payload: { status: 'reordered', owner: ada, order: [train, crane] },
    });
  });

  it('announces each remaining item as deleted when the account of the owner is erased', async () => {
    const announcements = await announceAt(6);
    expect(announcements.map(({ payload }) => payload)).to.deep.equal([
      { status: 'deleted', owner: ada, itemId: train },
    ]);
  });

  it('announces no order that is only proposed', async () => {
    expect(await announceAt(3)).to.deep.equal([]);
  });

  it('gives the same announcements for the same event, whatever was announced before', async () => {
    const announce = announceWishlist(streams);
    for (const revision of HISTORY.keys()) {
      expect(await announceAt(revision, announce)).to.deep.equal(await announceAt(revision, announce));
      expect(await announceAt(revision, announce)).to.deep.equal(await announceAt(revision));
    }
  });

  it('reads each event of a long list once for 100 reorders', async () => {
    const long = inMemoryStreams<WishlistEvent>('wishlist');
    const items = Array.from({ length: 1_000 }, () => newId() as ItemId);
    await long.append(
      'long',
      items.map((itemId) => addition(itemId, 'Brick')),
      'no-stream',
      cause,
    );
    let eventsRead = 0;
    const announce = announceWishlist({
      ...long,
      readEvents: async function* (id, from) {
        for await (const recordedEvent of long.readEvents(id, from)) {
          eventsRead += 1;
          yield recordedEvent;
        }
      },
    });
    for (let number = 0; number < 100; number += 1) {
      const reorder: WishlistEvent = { type: 'WishlistReordered', data: { requestId: 'r', order: [items[number]!] } };
      const revision = (await long.append('long', [reorder], 'any', { ...cause, commandId: newId() })) as bigint;
      const { type, data } = wishlistCodec.encode(reorder);
      const place = { stream: 'wishlist-long', revision, position: 0n, eventId: newId() };
      const [announcement] = await announce({ ...place, type, data, recordedAt: noon, cause, retryCount: 0 });
      expect((announcement?.payload as { order: string[] }).order[0]).to.equal(items[number]);
    }
    expect(eventsRead).to.be.at.most(1_000 + 100 + 1);
  });
});
