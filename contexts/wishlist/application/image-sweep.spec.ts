import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { after } from '@lego-moc/kernel/instant';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider, type WishlistCommand } from '../domain/wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { memoryImages } from '../testing/memory-images.ts';
import { sweepImages } from './image-sweep.ts';
import { wishlistId } from './wishlist-id.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const TEN_MINUTES_MS = 600_000;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const [crane, ship] = ['crane', 'ship'] as ItemId[] as [ItemId, ItemId];
const wish: Wish = {
  ...{ title: 'Crane', description: '', productLink: '', category: '', priority: 'low', price: null },
  image: null,
};

/** Ada and Bob, each with a crane and a ship, and a store whose images all were put there at noon. */
const wished = async () => {
  const streams = inMemoryStreams<WishlistEvent>('wishlist', () => noon);
  const states = foldedStates(wishlistDecider, streams);
  const images = memoryImages(noon);

  const tell = (owner: UserId, command: WishlistCommand) =>
    states.handle(wishlistId(owner), command, { commandId: newId(), correlationId: 'c', actor: owner });
  const upload = (owner: UserId, itemId: ItemId) =>
    images.put({ wishlistId: wishlistId(owner), itemId, imageId: newId() }, Buffer.from('a picture'));
  const show = async (owner: UserId, itemId: ItemId) => {
    const image = await upload(owner, itemId);
    await tell(owner, { type: 'UpdateItem', data: { itemId, change: { image } } });
    return image;
  };
  const kept = async () => {
    const keys: string[] = [];
    for await (const { key } of images.all()) keys.push(key);
    return keys;
  };

  for (const owner of [ada, bob])
    for (const itemId of [crane, ship]) await tell(owner, { type: 'AddItem', data: { owner, itemId, wish, at: noon } });
  const sweep = (ageMs = TEN_MINUTES_MS + 1) => sweepImages(images, streams, () => after(noon, ageMs))();
  return { tell, upload, show, kept, sweep };
};

describe('sweeping images', () => {
  it('keeps those that are shown, each by its own item', async () => {
    const { show, kept, sweep } = await wished();
    const shown = [await show(ada, crane), await show(ada, ship), await show(bob, crane)];
    expect(await sweep()).to.equal(0);
    expect(await kept()).to.deep.equal(shown);
  });

  it('removes those that were replaced or taken away', async () => {
    const { tell, show, kept, sweep } = await wished();
    await show(ada, crane);
    const shown = await show(ada, crane);
    await show(ada, ship);
    await tell(ada, { type: 'UpdateItem', data: { itemId: ship, change: { image: null } } });
    expect(await sweep()).to.equal(2);
    expect(await kept()).to.deep.equal([shown]);
  });

  it('removes those of an item that is deleted', async () => {
    const { tell, show, kept, sweep } = await wished();
    await show(ada, crane);
    const shown = await show(ada, ship);
    await tell(ada, { type: 'DeleteItem', data: { itemId: crane } });
    expect(await sweep()).to.equal(1);
    expect(await kept()).to.deep.equal([shown]);
  });

  it('removes what an upload left behind that died before it was recorded', async () => {
    const { upload, show, kept, sweep } = await wished();
    const shown = await show(ada, crane);
    await upload(ada, crane);
    await upload('eve' as UserId, crane);
    expect(await sweep()).to.equal(2);
    expect(await kept()).to.deep.equal([shown]);
  });

  it('removes those of an erased user, and nobody else’s', async () => {
    const { tell, show, kept, sweep } = await wished();
    await show(ada, crane);
    const shown = await show(bob, crane);
    await tell(ada, { type: 'EraseWishlist', data: { at: noon } });
    expect(await sweep()).to.equal(1);
    expect(await kept()).to.deep.equal([shown]);
  });

  it('leaves alone for ten minutes what may still be recorded', async () => {
    const { upload, kept, sweep } = await wished();
    await upload(ada, crane);
    expect(await sweep(0)).to.equal(0);
    expect(await sweep(TEN_MINUTES_MS)).to.equal(0);
    expect(await kept()).to.have.length(1);
    expect(await sweep(TEN_MINUTES_MS + 1)).to.equal(1);
  });
});
