import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider } from '../domain/wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { convertedImage, memoryImages } from '../testing/memory-images.ts';
import { eraseOwner } from './owner-erasure.ts';
import { wishlistId } from '../contracts/wishlist-id.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const [crane, ship] = ['crane', 'ship'] as ItemId[] as [ItemId, ItemId];
const cause = () => ({ commandId: newId(), correlationId: newId(), actor: 'spec' });
const wish: Wish = {
  ...{ title: 'Crane', description: '', productLink: '', category: '', priority: 'low', price: null },
  image: null,
};

describe('erasing the wishlist of a user', () => {
  const seedWishes = async () => {
    const streams = inMemoryStreams<WishlistEvent>('wishlist', () => noon);
    const states = foldedStates(wishlistDecider, streams);
    const images = memoryImages();
    const place = { wishlistId: wishlistId(ada), itemId: crane, imageId: 'one' };
    const image = await images.put(place, convertedImage(Buffer.from('a picture')));
    for (const [owner, itemId, itsImage] of [
      [ada, crane, image],
      [ada, ship, null],
      [bob, crane, null],
    ] as const)
      await states.handle(
        wishlistId(owner),
        { type: 'AddItem', data: { owner, itemId, wish: { ...wish, image: itsImage }, at: noon } },
        cause(),
      );
    const order = { requestId: 'r', order: [ship, crane], persistAt: noon };
    await states.handle(wishlistId(ada), { type: 'ProposeReorder', data: order }, cause());
    const forgottenOwners: string[] = [];
    const deleteReplies = (owner: UserId) => Promise.resolve(void forgottenOwners.push(owner));
    const listOf = async (owner: UserId) => (await states.latest(wishlistId(owner))).state;
    return { forget: eraseOwner({ states, images, deleteReplies }), images, forgotten: forgottenOwners, listOf };
  };

  it('removes items, proposal, images and stored replies of this user only', async () => {
    const { forget, images, forgotten, listOf } = await seedWishes();
    await forget(ada, noon, cause());
    expect(await listOf(ada))
      .to.include({ proposed: undefined })
      .and.deep.include({ items: [] });
    expect([images.size(), forgotten]).to.deep.equal([0, ['ada']]);
    expect((await listOf(bob)).items).to.have.length(1);
  });

  it('removes the marks of images of this user only', async () => {
    const { forget, images } = await seedWishes();
    await images.put(
      { wishlistId: wishlistId(bob), itemId: crane, imageId: 'two' },
      convertedImage(Buffer.from('an image')),
    );
    await forget(ada, noon, cause());
    const markedLists = [];
    for await (const mark of images.marked()) markedLists.push(mark.wishlistId);
    expect(markedLists).to.deep.equal([wishlistId(bob)]);
  });

  it('changes nothing the second time, nor for a user without a wishlist', async () => {
    const { forget, listOf } = await seedWishes();
    await forget(ada, noon, cause());
    const once = await listOf(ada);
    await forget(ada, noon, cause());
    expect(await listOf(ada)).to.deep.equal(once);
    await forget('eve' as UserId, noon, cause());
  });
});
