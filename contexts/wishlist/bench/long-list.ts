import { jsonEvent } from '@eventstore/db-client';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { announceWishlist } from '../adapters/event-store/announcements.ts';
import { wishlistCodec } from '../adapters/event-store/wishlist-codec.ts';
import { sweepImages } from '../application/image-sweep.ts';
import { wishlistDecider } from '../domain/wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { convertedImage, memoryImages } from '../testing/memory-images.ts';

/**
 * Measures a wishlist with a long history: publishing 100 reorders of it, by a publisher that caches the folded list
 * and by one that reads the stream anew for each; commands on it; and one sweep of images, in requests.
 */
const ITEMS = 1_000;
const EVENTS = 7_079;
const REORDERS = 100;
/** Reading the stream anew for each takes long: a few are enough. */
const REORDERS_READ_ANEW = 5;

const at = new Date().toISOString() as Instant;
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'bench' });
const wish: Wish = {
  ...{ title: 'Galaxy Explorer', description: 'In blue and grey', productLink: '', category: 'Space' },
  ...{ priority: 'medium', price: null, image: null },
};

const { client } = await eventStoreForTests();
const streams = eventStoreDbStreams(client, 'wishlist', wishlistCodec);
const id = newId();
const items = Array.from({ length: ITEMS }, () => newId() as ItemId);

const history: readonly WishlistEvent[] = Array.from({ length: EVENTS }, (_, number) => {
  const itemId = items[number % ITEMS] ?? ('' as ItemId);
  return number < ITEMS
    ? { type: 'WishlistItemAdded', data: { owner: 'ada' as UserId, itemId, wish, addedAt: at } }
    : { type: 'WishlistItemUpdated', data: { itemId, wish: { ...wish, title: `Galaxy Explorer ${number}` } } };
});
for (let start = 0; start < EVENTS; start += 500)
  await client.appendToStream(
    `wishlist-${id}`,
    history.slice(start, start + 500).map((event) => jsonEvent(wishlistCodec.encode(event))),
  );

const deliveredEvents: DeliveredEvent[] = [];
for (let number = 0; number < REORDERS; number += 1) {
  const event: WishlistEvent = {
    type: 'WishlistReordered',
    data: { requestId: 'r', order: items.slice(0, number + 1) },
  };
  const revision = (await streams.append(id, [event], 'any', cause())) as bigint;
  const { type, data } = wishlistCodec.encode(event);
  const place = { stream: `wishlist-${id}`, revision, position: 0n, eventId: newId() };
  deliveredEvents.push({ ...place, type, data, recordedAt: at, cause: cause(), retryCount: 0 });
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const beganAt = performance.now();
  await work();
  return (performance.now() - beganAt) / 1_000;
};
const print = (label: string, seconds: number): void =>
  console.log(`${label.padEnd(60)} ${seconds.toFixed(3).padStart(8)} s`);

const announce = announceWishlist(streams);
print(
  `${REORDERS_READ_ANEW} reorders of ${EVENTS} events, the list read anew for each`,
  await secondsOf(async () => {
    for (const event of deliveredEvents.slice(0, REORDERS_READ_ANEW)) await announceWishlist(streams)(event);
  }),
);
print(
  `${REORDERS} reorders of ${EVENTS} events, the folded list cached`,
  await secondsOf(async () => {
    for (const event of deliveredEvents) await announce(event);
  }),
);

const { handle } = foldedStates(wishlistDecider, streams);
const reverse = (n: number): Promise<unknown> =>
  handle(id, { type: 'Reorder', data: { requestId: newId(), order: [items[n] ?? ('' as ItemId)] } }, cause());
print('the first command on the list in a process', await secondsOf(() => reverse(500)));
const FURTHER = 50;
const further = await secondsOf(async () => {
  for (let n = 0; n < FURTHER; n += 1) await reverse(n);
});
print('each further command', further / FURTHER);

for (const imageCount of [0, 100_000]) {
  const images = memoryImages(at, imageCount);
  const place = { wishlistId: id, itemId: items[0] ?? ('' as ItemId), imageId: newId() };
  await images.put(place, convertedImage(Buffer.from('a picture')));
  const before = images.requests();
  await sweepImages(images, streams, () => '9999-01-01T00:00:00.000Z' as Instant)();
  console.log(`a sweep with ${imageCount.toLocaleString('en')} images stored: ${images.requests() - before} requests`);
}
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
