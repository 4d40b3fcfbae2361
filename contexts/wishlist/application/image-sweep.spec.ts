import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider, type WishlistCommand } from '../domain/wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { convertedImage, memoryImages } from '../testing/memory-images.ts';
import { sweepImages } from './image-sweep.ts';
import { wishlistId } from '../contracts/wishlist-id.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const TEN_MINUTES_MS = 600_000;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const [crane, ship] = ['crane', 'ship'] as ItemId[] as [ItemId, ItemId];
const wish: Wish = {
  ...{ title: 'Crane', description: '', productLink: '', category: '', priority: 'low', price: null },
  image: null,
};

/** Ada and Bob wish for a crane and a ship each; all images are stored at noon. */
const seedWishes = async (imagesBefore = 0) => {
  const streams = inMemoryStreams<WishlistEvent>('wishlist', () => noon);
  const states = foldedStates(wishlistDecider, streams);
  const images = memoryImages(noon, imagesBefore);

  const handle = (owner: UserId, command: WishlistCommand) =>
    states.handle(wishlistId(owner), command, { commandId: newId(), correlationId: 'c', actor: owner });
  const upload = (owner: UserId, itemId: ItemId) =>
    images.put({ wishlistId: wishlistId(owner), itemId, imageId: newId() }, convertedImage(Buffer.from('a picture')));
  const show = async (owner: UserId, itemId: ItemId) => {
    const image = await upload(owner, itemId);
    await handle(owner, { type: 'UpdateItem', data: { itemId, change: { image } } });
    return image;
  };

  for (const owner of [ada, bob])
    for (const itemId of [crane, ship])
      await handle(owner, { type: 'AddItem', data: { owner, itemId, wish, at: noon } });
  const sweep = (ageMs = TEN_MINUTES_MS + 1) => sweepImages(images, streams, () => after(noon, ageMs))();
  return { images, handle, upload, show, storedKeys: images.keys, sweep };
};

describe('sweeping images', () => {
  it('keeps images that items show', async () => {
    const { show, storedKeys, sweep } = await seedWishes();
    const imageKeys = [await show(ada, crane), await show(ada, ship), await show(bob, crane)];
    expect(await sweep()).to.equal(0);
    expect(storedKeys()).to.deep.equal(imageKeys);
  });

  it('removes images that were replaced or removed', async () => {
    const { handle, show, storedKeys, sweep } = await seedWishes();
    await show(ada, crane);
    const imageKey = await show(ada, crane);
    await show(ada, ship);
    await handle(ada, { type: 'UpdateItem', data: { itemId: ship, change: { image: null } } });
    expect(await sweep()).to.equal(2);
    expect(storedKeys()).to.deep.equal([imageKey]);
  });

  it('removes the image of a deleted item', async () => {
    const { handle, show, storedKeys, sweep } = await seedWishes();
    await show(ada, crane);
    const imageKey = await show(ada, ship);
    await handle(ada, { type: 'DeleteItem', data: { itemId: crane } });
    expect(await sweep()).to.equal(1);
    expect(storedKeys()).to.deep.equal([imageKey]);
  });

  it('removes the image of an upload that failed before it was recorded', async () => {
    const { upload, show, storedKeys, sweep } = await seedWishes();
    const imageKey = await show(ada, crane);
    await upload(ada, crane);
    await upload('eve' as UserId, crane);
    expect(await sweep()).to.equal(2);
    expect(storedKeys()).to.deep.equal([imageKey]);
  });

  it('removes the images of an erased user and nobody else’s', async () => {
    const { handle, show, storedKeys, sweep } = await seedWishes();
    await show(ada, crane);
    const imageKey = await show(bob, crane);
    await handle(ada, { type: 'EraseWishlist', data: { at: noon } });
    expect(await sweep()).to.equal(1);
    expect(storedKeys()).to.deep.equal([imageKey]);
  });

  it('keeps for ten minutes an image that may still be recorded', async () => {
    const { upload, storedKeys, sweep } = await seedWishes();
    await upload(ada, crane);
    expect(await sweep(0)).to.equal(0);
    expect(await sweep(TEN_MINUTES_MS)).to.equal(0);
    expect(storedKeys()).to.have.length(1);
    expect(await sweep(TEN_MINUTES_MS + 1)).to.equal(1);
  });

  it('sends no more requests when 100,000 images are stored than when none is', async () => {
    const requestsOfSweep = async (imagesBefore: number): Promise<number> => {
      const { images, upload, sweep } = await seedWishes(imagesBefore);
      await upload(ada, crane);
      const before = images.requests();
      expect(await sweep()).to.equal(1);
      return images.requests() - before;
    };
    expect(await requestsOfSweep(100_000)).to.be.at.most(1.2 * (await requestsOfSweep(0)));
  });
});
