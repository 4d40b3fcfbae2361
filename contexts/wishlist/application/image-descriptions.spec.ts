import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider, type WishlistCommand } from '../domain/wishlist.ts';
import type { ImagePreview, ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { convertedImage, memoryImages } from '../testing/memory-images.ts';
import { describeImages } from './image-descriptions.ts';
import { sweepImages } from './image-sweep.ts';
import type { ConvertedImage } from './ports/image-store.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const afternoon = '2026-01-01T13:00:00.000Z' as Instant;
const list = 'list';
const crane = 'crane' as ItemId;
const wish: Wish = {
  ...{ title: 'Crane', description: '', productLink: '', category: '', priority: 'low', price: null, image: null },
};
const rendition = { side: 200, width: 200, height: 100, size: 5 };
const preview: ImagePreview = { ...convertedImage(Buffer.alloc(0)).preview, renditions: [rendition] };
const description = { preview, renditions: [Buffer.from('small')] };

type Describe = () => Promise<Omit<ConvertedImage, 'webp'> | undefined>;

/** A list whose item shows an image that was stored before images were described. */
const seedImage = async (describeImage: Describe = () => Promise.resolve(description)) => {
  const streams = inMemoryStreams<WishlistEvent>('wishlist', () => noon);
  const states = foldedStates(wishlistDecider, streams);
  const images = memoryImages(noon);
  const cause = () => ({ commandId: newId(), correlationId: 'c', actor: 'spec' });
  const handle = (command: WishlistCommand) => states.handle(list, command, cause());
  const image = await images.put(
    { wishlistId: list, itemId: crane, imageId: newId() },
    convertedImage(Buffer.from('a picture')),
  );
  await handle({ type: 'AddItem', data: { owner: 'ada' as UserId, itemId: crane, wish, at: noon } });
  await handle({ type: 'UpdateItem', data: { itemId: crane, change: { image } } });
  let calls = 0;
  const processor = {
    describe: async (content: AsyncIterable<Uint8Array>) => {
      calls += 1;
      for await (const chunk of content) expect(String(chunk)).to.equal('a picture');
      return describeImage();
    },
  };
  const describeIt = () => describeImages({ states, images, processor })(list, crane, image, cause());
  const itemPreview = async () => (await states.latest(list)).state.items[0]?.preview;
  const sweep = sweepImages(images, streams, () => afternoon);
  return { image, images, handle, describeIt, itemPreview, sweep, calls: () => calls };
};

describe('describing images that were stored before', () => {
  it('stores the renditions and records the preview, once for any number of deliveries', async () => {
    const { describeIt, itemPreview, images, image, calls, sweep } = await seedImage();
    await describeIt();
    await describeIt();
    expect(await itemPreview()).to.deep.equal(preview);
    expect(calls()).to.equal(1);
    const small = await images.open(image.replace('.webp', '.200.webp'));
    expect(small && String(await buffer(small))).to.equal('small');
    expect(await sweep()).to.equal(0);
    expect(images.size()).to.equal(2);
  });

  it('records a failure after three attempts, so that readers do not wait', async () => {
    const { describeIt, itemPreview, calls } = await seedImage(() => Promise.resolve(undefined));
    await describeIt();
    expect([await itemPreview(), calls()]).to.deep.equal([null, 3]);
  });

  it('records a failure when the bytes are gone', async () => {
    const { describeIt, itemPreview, images, image, calls } = await seedImage();
    await images.delete(image);
    await describeIt();
    expect([await itemPreview(), calls()]).to.deep.equal([null, 0]);
  });

  it('begins again after a crash between the renditions and the event', async () => {
    let isCrashing = true;
    const { describeIt, itemPreview } = await seedImage(() => {
      if (!isCrashing) return Promise.resolve(description);
      isCrashing = false;
      return Promise.reject(new Error('killed'));
    });
    await describeIt().catch(() => undefined);
    await describeIt();
    expect(await itemPreview()).to.deep.equal(preview);
  });

  it('leaves nothing behind of an image that was removed meanwhile', async () => {
    const seed = await seedImage(async () => {
      await seed.handle({ type: 'UpdateItem', data: { itemId: crane, change: { image: null } } });
      return description;
    });
    await seed.describeIt();
    expect(await seed.itemPreview()).to.equal(undefined);
    await seed.sweep();
    expect(seed.images.size()).to.equal(0);
  });

  it('leaves nothing behind of an owner who was erased meanwhile', async () => {
    const seed = await seedImage(async () => {
      await seed.handle({ type: 'EraseWishlist', data: { at: noon } });
      return description;
    });
    await seed.describeIt();
    expect(seed.images.size()).to.equal(0);
  });
});
