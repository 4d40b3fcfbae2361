import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { DELETED_MAX, ITEMS_MAX, wishlistDecider } from './wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from './wishlist-events.ts';

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
const added = (itemId: ItemId): WishlistEvent => ({
  type: 'WishlistItemAdded',
  data: { owner, itemId, wish, addedAt: noon },
});
const add = (itemId: ItemId, change: Partial<Wish> = {}) =>
  ({ type: 'AddItem', data: { owner, itemId, wish: { ...wish, ...change }, at: noon } }) as const;
const deleted = (itemId: ItemId): WishlistEvent => ({ type: 'WishlistItemDeleted', data: { itemId } });
const reordered = (...order: ItemId[]): WishlistEvent => ({
  type: 'WishlistReordered',
  data: { order, requestId: 'r-0' },
});
const proposed = (requestId: string, ...order: ItemId[]): WishlistEvent => ({
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
    list(added(a)).when(add(b)).then(added(b));
    list(added(a)).when(add(a)).thenNothing();
    expect(orderAfter(added(a), added(b))).to.deep.equal([a, b]);
  });

  it('rejects an id that another item has or had', () => {
    list(added(a))
      .when(add(a, { title: 'Castle' }))
      .thenRejected('item-id-taken');
    list(added(a), deleted(a)).when(add(a)).thenRejected('item-id-taken');
  });

  it('rejects item 1,001', () => {
    const full = Array.from({ length: ITEMS_MAX }, (_, number) => added(String(number) as ItemId));
    list(...full)
      .when(add(a))
      .thenRejected('wishlist-full');
  });

  it('changes the given fields of a wish and keeps the others', () => {
    const change = { price: null, priority: 'low' } as const;
    list(added(a))
      .when({ type: 'UpdateItem', data: { itemId: a, change } })
      .then({ type: 'WishlistItemUpdated', data: { itemId: a, wish: { ...wish, ...change } } });
    list(added(a))
      .when({ type: 'UpdateItem', data: { itemId: a, change: { title: wish.title } } })
      .thenNothing();
    list()
      .when({ type: 'UpdateItem', data: { itemId: a, change } })
      .thenRejected('item-not-found');
  });

  it('remembers the last 1,000 deleted items', () => {
    const [first = a, ...others] = Array.from({ length: DELETED_MAX + 1 }, (_, number) => String(number) as ItemId);
    const emptied = [first, ...others].flatMap((itemId) => [added(itemId), deleted(itemId)]);
    const { deleted: known } = emptied.reduce(wishlistDecider.evolve, wishlistDecider.initial);
    expect(known).to.deep.equal(others);
  });

  it('deletes an item, once', () => {
    const remove = { type: 'DeleteItem', data: { itemId: a } } as const;
    list(added(a)).when(remove).then(deleted(a));
    list(added(a), deleted(a)).when(remove).thenNothing();
    list().when(remove).thenRejected('item-not-found');
  });
});

describe('erasing a wishlist', () => {
  const erase = { type: 'EraseWishlist', data: { at: soon } } as const;
  const erased: WishlistEvent = { type: 'WishlistErased', data: { erasedAt: soon } };

  it('empties the list, once', () => {
    list(added(a), proposed('r-1', a)).when(erase).then(erased);
    list(added(a), erased).when(erase).thenNothing();
    const left = [added(a), added(b), deleted(b), proposed('r-1', a), erased].reduce(
      wishlistDecider.evolve,
      wishlistDecider.initial,
    );
    expect(left).to.deep.equal({ ...wishlistDecider.initial, erased: true });
  });

  it('rejects every later command, also on a list that was always empty', () => {
    list().when(erase).then(erased);
    list(erased).when(add(a)).thenRejected('user-erased');
    list(added(a), erased).when(propose('r-1', a)).thenRejected('user-erased');
  });
});

describe('reordering a wishlist', () => {
  const reorder = (...order: ItemId[]) => ({ type: 'Reorder', data: { order, requestId: 'r-0' } }) as const;

  it('moves the named items to the front', () => {
    list(added(a), added(b), added(c)).when(reorder(c, a)).then(reordered(c, a));
    expect(orderAfter(added(a), added(b), added(c), reordered(c, a))).to.deep.equal([c, a, b]);
  });

  it('changes nothing when the list is in that order', () => {
    list(added(a), added(b)).when(reorder(a)).thenNothing();
  });

  it('rejects an order with an item twice or an unknown item', () => {
    list(added(a), added(b)).when(reorder(a, a)).thenRejected('order-repeats-item');
    list(added(a), added(b)).when(reorder(c)).thenRejected('order-names-unknown-item');
  });

  it('accepts an order that names a deleted item', () => {
    list(added(a), added(b), added(c), deleted(a))
      .when(reorder(c, a, b))
      .then(reordered(c, a, b));
    list(added(a), added(b), deleted(a))
      .when(propose('r-1', a, b))
      .then(proposed('r-1', a, b));
    expect(orderAfter(added(a), added(b), added(c), deleted(a), reordered(c, a, b))).to.deep.equal([c, b]);
  });
});

describe('a debounced reorder of a wishlist', () => {
  const two = [added(a), added(b)] as const;

  it('takes effect when it is due', () => {
    list(...two)
      .when(propose('r-1', b))
      .then(proposed('r-1', b));
    list(...two, proposed('r-1', b))
      .when(settle('r-1', noon))
      .thenNothing();
    list(...two, proposed('r-1', b))
      .when(settle('r-1'))
      .then({ type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } });
  });

  it('takes no effect when a newer order was proposed', () => {
    list(...two, proposed('r-1', b), proposed('r-2', a))
      .when(settle('r-1'))
      .thenNothing();
  });

  it('leaves out items deleted meanwhile and puts added ones at the end', () => {
    const events = [...two, proposed('r-1', b, a), deleted(b), added(c), reordered(b, a)];
    expect(orderAfter(...events)).to.deep.equal([a, c]);
  });

  it('is proposed once, also after it took effect', () => {
    const settled: WishlistEvent = { type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } };
    list(...two, proposed('r-1', b))
      .when(propose('r-1', b))
      .thenNothing();
    list(...two, proposed('r-1', b), settled)
      .when(propose('r-1', b))
      .thenNothing();
  });

  it('is replaced by another order under the same request id', () => {
    const settled: WishlistEvent = { type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } };
    list(...two, proposed('r-1', b))
      .when(propose('r-1', a, b))
      .then(proposed('r-1', a, b));
    list(...two, proposed('r-1', b), settled)
      .when(propose('r-1', a))
      .then(proposed('r-1', a));
  });

  it('is cancelled while it is waiting', () => {
    const cancelled: WishlistEvent = { type: 'ReorderCancelled', data: { requestId: 'r-1' } };
    list(...two, proposed('r-1', b))
      .when({ type: 'CancelReorder', data: {} })
      .then(cancelled);
    list(...two, proposed('r-1', b), cancelled)
      .when(settle('r-1'))
      .thenNothing();
    list(...two, proposed('r-2', b))
      .when({ type: 'CancelReorder', data: { requestId: 'r-1' } })
      .thenNothing();
    list(...two)
      .when({ type: 'CancelReorder', data: {} })
      .thenNothing();
  });
});
