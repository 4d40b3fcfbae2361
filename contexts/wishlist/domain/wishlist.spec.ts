import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { DELETED_MAX, ITEMS_MAX, wishlistDecider } from './wishlist.ts';
import type { ImagePreview, ItemId, Wish, WishlistEvent } from './wishlist-events.ts';

const owner = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const soon = '2026-01-01T12:00:00.500Z' as Instant;
const wish: Wish = {
  title: 'Galaxy Explorer',
  description: '',
  productLink: '',
  category: 'Space',
  priority: 'high',
  price: { amount: 9999, currency: 'EUR' },
  image: null,
};
const [a, b, c] = ['a', 'b', 'c'] as ItemId[] as [ItemId, ItemId, ItemId];
const addition = (itemId: ItemId): WishlistEvent => ({
  type: 'WishlistItemAdded',
  data: { owner, itemId, wish, addedAt: noon },
});
const add = (itemId: ItemId, change: Partial<Wish> = {}) =>
  ({ type: 'AddItem', data: { owner, itemId, wish: { ...wish, ...change }, at: noon } }) as const;
const deletion = (itemId: ItemId): WishlistEvent => ({ type: 'WishlistItemDeleted', data: { itemId } });
const reorderEvent = (...order: ItemId[]): WishlistEvent => ({
  type: 'WishlistReordered',
  data: { order, requestId: 'r-0' },
});
const proposal = (requestId: string, ...order: ItemId[]): WishlistEvent => ({
  type: 'ReorderProposed',
  data: { requestId, order, persistAt: soon },
});
const propose = (requestId: string, ...order: ItemId[]) =>
  ({ type: 'ProposeReorder', data: { requestId, order, persistAt: soon } }) as const;
const settle = (requestId: string, at = soon) => ({ type: 'SettleReorder', data: { requestId, at } }) as const;
const list = given(wishlistDecider);

const orderAfter = (...events: readonly WishlistEvent[]): readonly ItemId[] =>
  events.reduce(wishlistDecider.evolve, wishlistDecider.initial).items.map(({ itemId }) => itemId);

describe('items of a wishlist', () => {
  it('adds an item at the end, once', () => {
    list(addition(a)).when(add(b)).then(addition(b));
    list(addition(a)).when(add(a)).thenNothing();
    expect(orderAfter(addition(a), addition(b))).to.deep.equal([a, b]);
  });

  it('rejects an id that another item has or had', () => {
    list(addition(a))
      .when(add(a, { title: 'Castle' }))
      .thenRejected('item-id-taken');
    list(addition(a), deletion(a)).when(add(a)).thenRejected('item-id-taken');
  });

  it('rejects item 1,001', () => {
    const full = Array.from({ length: ITEMS_MAX }, (_, number) => addition(String(number) as ItemId));
    list(...full)
      .when(add(a))
      .thenRejected('wishlist-full');
  });

  it('changes the given fields of a wish and keeps the others', () => {
    const change = { price: null, priority: 'low' } as const;
    list(addition(a))
      .when({ type: 'UpdateItem', data: { itemId: a, change } })
      .then({ type: 'WishlistItemUpdated', data: { itemId: a, wish: { ...wish, ...change } } });
    list(addition(a))
      .when({ type: 'UpdateItem', data: { itemId: a, change: { title: wish.title } } })
      .thenNothing();
    list()
      .when({ type: 'UpdateItem', data: { itemId: a, change } })
      .thenRejected('item-not-found');
  });

  it('remembers the last 1,000 deleted items', () => {
    const [first = a, ...others] = Array.from({ length: DELETED_MAX + 1 }, (_, number) => String(number) as ItemId);
    const events = [first, ...others].flatMap((itemId) => [addition(itemId), deletion(itemId)]);
    const { deleted: deletedIds } = events.reduce(wishlistDecider.evolve, wishlistDecider.initial);
    expect(deletedIds).to.deep.equal(others);
  });

  it('deletes an item, once', () => {
    const remove = { type: 'DeleteItem', data: { itemId: a } } as const;
    list(addition(a)).when(remove).then(deletion(a));
    list(addition(a), deletion(a)).when(remove).thenNothing();
    list().when(remove).thenRejected('item-not-found');
  });
});

describe('erasing a wishlist', () => {
  const erase = { type: 'EraseWishlist', data: { at: soon } } as const;
  const erasure: WishlistEvent = { type: 'WishlistErased', data: { erasedAt: soon } };

  it('empties the list, once', () => {
    list(addition(a), proposal('r-1', a)).when(erase).then(erasure);
    list(addition(a), erasure).when(erase).thenNothing();
    const remainder = [addition(a), addition(b), deletion(b), proposal('r-1', a), erasure].reduce(
      wishlistDecider.evolve,
      wishlistDecider.initial,
    );
    expect(remainder).to.deep.equal({ ...wishlistDecider.initial, erased: true });
  });

  it('rejects every later command, also on a list that was always empty', () => {
    list().when(erase).then(erasure);
    list(erasure).when(add(a)).thenRejected('user-erased');
    list(addition(a), erasure).when(propose('r-1', a)).thenRejected('user-erased');
  });
});

describe('the image of an item', () => {
  const preview: ImagePreview = { width: 4, height: 2, blurhash: 'L0', dominantColour: '#102030', renditions: [] };
  const change = (image: string | null): WishlistEvent => ({
    type: 'WishlistItemUpdated',
    data: { itemId: a, wish: { ...wish, image } },
  });
  const description = (image: string, itsPreview: ImagePreview | null = preview): WishlistEvent => ({
    type: 'WishImageDescribed',
    data: { itemId: a, image, preview: itsPreview },
  });
  const set = (image: string) => ({ type: 'SetImage', data: { itemId: a, image, preview } }) as const;
  const describeImage = (image: string, itsPreview: ImagePreview | null = preview) =>
    ({ type: 'DescribeImage', data: { itemId: a, image, preview: itsPreview } }) as const;
  const previewAfter = (...events: readonly WishlistEvent[]): unknown =>
    events.reduce(wishlistDecider.evolve, wishlistDecider.initial).items[0]?.preview;

  it('comes with its preview, once', () => {
    list(addition(a)).when(set('i-1')).then(change('i-1'), description('i-1'));
    list(addition(a), change('i-1'), description('i-1')).when(set('i-1')).thenNothing();
    list(addition(b)).when(set('i-1')).thenRejected('item-not-found');
  });

  it('is described later if it came without a preview, once, and never instead of another one', () => {
    list(addition(a), change('i-1')).when(describeImage('i-1', null)).then(description('i-1', null));
    list(addition(a), change('i-1'), description('i-1', null)).when(describeImage('i-1')).thenNothing();
    list(addition(a), change('i-2')).when(describeImage('i-1')).thenNothing();
    list(addition(a), deletion(a)).when(describeImage('i-1')).thenNothing();
  });

  it('takes its preview with it when it is replaced or removed, and keeps it when the title changes', () => {
    const before = [addition(a), change('i-1'), description('i-1')];
    const titleChange: WishlistEvent = {
      type: 'WishlistItemUpdated',
      data: { itemId: a, wish: { ...wish, title: 'Castle', image: 'i-1' } },
    };
    expect(previewAfter(...before, titleChange)).to.deep.equal(preview);
    expect(previewAfter(...before, change('i-2'))).to.equal(undefined);
    expect(previewAfter(...before, change(null))).to.equal(undefined);
    expect(previewAfter(addition(a), change('i-2'), description('i-1'))).to.equal(undefined);
  });
});

describe('reordering a wishlist', () => {
  const reorder = (...order: ItemId[]) => ({ type: 'Reorder', data: { order, requestId: 'r-0' } }) as const;

  it('moves the named items to the front', () => {
    list(addition(a), addition(b), addition(c)).when(reorder(c, a)).then(reorderEvent(c, a));
    expect(orderAfter(addition(a), addition(b), addition(c), reorderEvent(c, a))).to.deep.equal([c, a, b]);
  });

  it('changes nothing when the list is in that order', () => {
    list(addition(a), addition(b)).when(reorder(a)).thenNothing();
  });

  it('rejects an order with an item twice or an unknown item', () => {
    list(addition(a), addition(b)).when(reorder(a, a)).thenRejected('order-repeats-item');
    list(addition(a), addition(b)).when(reorder(c)).thenRejected('order-names-unknown-item');
  });

  it('accepts an order that names a deleted item', () => {
    list(addition(a), addition(b), addition(c), deletion(a))
      .when(reorder(c, a, b))
      .then(reorderEvent(c, a, b));
    list(addition(a), addition(b), deletion(a))
      .when(propose('r-1', a, b))
      .then(proposal('r-1', a, b));
    expect(orderAfter(addition(a), addition(b), addition(c), deletion(a), reorderEvent(c, a, b))).to.deep.equal([c, b]);
  });
});

describe('a debounced reorder of a wishlist', () => {
  const two = [addition(a), addition(b)] as const;

  it('takes effect when it is due', () => {
    list(...two)
      .when(propose('r-1', b))
      .then(proposal('r-1', b));
    list(...two, proposal('r-1', b))
      .when(settle('r-1', noon))
      .thenNothing();
    list(...two, proposal('r-1', b))
      .when(settle('r-1'))
      .then({ type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } });
  });

  it('takes no effect when a newer order was proposed', () => {
    list(...two, proposal('r-1', b), proposal('r-2', a))
      .when(settle('r-1'))
      .thenNothing();
  });

  it('leaves out items deleted meanwhile and puts added ones at the end', () => {
    const events = [...two, proposal('r-1', b, a), deletion(b), addition(c), reorderEvent(b, a)];
    expect(orderAfter(...events)).to.deep.equal([a, c]);
  });

  it('is proposed once, also after it took effect', () => {
    const reorderEvent: WishlistEvent = { type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } };
    list(...two, proposal('r-1', b))
      .when(propose('r-1', b))
      .thenNothing();
    list(...two, proposal('r-1', b), reorderEvent)
      .when(propose('r-1', b))
      .thenNothing();
  });

  it('is replaced by another order under the same request id', () => {
    const reorderEvent: WishlistEvent = { type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } };
    list(...two, proposal('r-1', b))
      .when(propose('r-1', a, b))
      .then(proposal('r-1', a, b));
    list(...two, proposal('r-1', b), reorderEvent)
      .when(propose('r-1', a))
      .then(proposal('r-1', a));
  });

  it('is cancelled while it is waiting', () => {
    const cancellation: WishlistEvent = { type: 'ReorderCancelled', data: { requestId: 'r-1' } };
    list(...two, proposal('r-1', b))
      .when({ type: 'CancelReorder', data: {} })
      .then(cancellation);
    list(...two, proposal('r-1', b), cancellation)
      .when(settle('r-1'))
      .thenNothing();
    list(...two, proposal('r-2', b))
      .when({ type: 'CancelReorder', data: { requestId: 'r-1' } })
      .thenNothing();
    list(...two)
      .when({ type: 'CancelReorder', data: {} })
      .thenNothing();
  });
});
