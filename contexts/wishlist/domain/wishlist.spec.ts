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

describe('wishing', () => {
  it('puts the wish last, once', () => {
    list(added(a)).when(add(b)).then(added(b));
    list(added(a)).when(add(a)).thenNothing();
    expect(orderAfter(added(a), added(b))).to.deep.equal([a, b]);
  });

  it('does not take an id for something else', () => {
    list(added(a))
      .when(add(a, { title: 'Castle' }))
      .thenRejected('item-id-taken');
    list(added(a), deleted(a)).when(add(a)).thenRejected('item-id-taken');
  });

  it('ends somewhere', () => {
    const full = Array.from({ length: ITEMS_MAX }, (_, number) => added(String(number) as ItemId));
    list(...full)
      .when(add(a))
      .thenRejected('wishlist-full');
  });

  it('is put differently, keeping what is not named', () => {
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

  it('is forgotten long after it ended', () => {
    const [first = a, ...others] = Array.from({ length: DELETED_MAX + 1 }, (_, number) => String(number) as ItemId);
    const emptied = [first, ...others].flatMap((itemId) => [added(itemId), deleted(itemId)]);
    const { deleted: known } = emptied.reduce(wishlistDecider.evolve, wishlistDecider.initial);
    expect(known).to.deep.equal(others);
  });

  it('ends, once', () => {
    const forget = { type: 'DeleteItem', data: { itemId: a } } as const;
    list(added(a)).when(forget).then(deleted(a));
    list(added(a), deleted(a)).when(forget).thenNothing();
    list().when(forget).thenRejected('item-not-found');
  });
});

describe('erasing whoever wished', () => {
  const erase = { type: 'EraseWishlist', data: { at: soon } } as const;
  const erased: WishlistEvent = { type: 'WishlistErased', data: { erasedAt: soon } };

  it('forgets all that was on the list, once', () => {
    list(added(a), proposed('r-1', a)).when(erase).then(erased);
    list(added(a), erased).when(erase).thenNothing();
    const left = [added(a), added(b), deleted(b), proposed('r-1', a), erased].reduce(
      wishlistDecider.evolve,
      wishlistDecider.initial,
    );
    expect(left).to.deep.equal({ ...wishlistDecider.initial, erased: true });
  });

  it('is for good, also for who never wished', () => {
    list().when(erase).then(erased);
    list(erased).when(add(a)).thenRejected('user-erased');
    list(added(a), erased).when(propose('r-1', a)).thenRejected('user-erased');
  });
});

describe('putting a wishlist in order', () => {
  const reorder = (...order: ItemId[]) => ({ type: 'Reorder', data: { order, requestId: 'r-0' } }) as const;

  it('moves what is named to the front', () => {
    list(added(a), added(b), added(c)).when(reorder(c, a)).then(reordered(c, a));
    expect(orderAfter(added(a), added(b), added(c), reordered(c, a))).to.deep.equal([c, a, b]);
  });

  it('changes nothing when it is in that order', () => {
    list(added(a), added(b)).when(reorder(a)).thenNothing();
  });

  it('is refused with an item twice, or one of somebody else', () => {
    list(added(a), added(b)).when(reorder(a, a)).thenRejected('order-repeats-item');
    list(added(a), added(b)).when(reorder(c)).thenRejected('order-names-unknown-item');
  });

  it('does not mind an item that another tab deleted', () => {
    list(added(a), added(b), added(c), deleted(a))
      .when(reorder(c, a, b))
      .then(reordered(c, a, b));
    list(added(a), added(b), deleted(a))
      .when(propose('r-1', a, b))
      .then(proposed('r-1', a, b));
    expect(orderAfter(added(a), added(b), added(c), deleted(a), reordered(c, a, b))).to.deep.equal([c, b]);
  });
});

describe('putting a wishlist in order while dragging', () => {
  const two = [added(a), added(b)] as const;

  it('holds once its time has come', () => {
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

  it('lets the last one win', () => {
    list(...two, proposed('r-1', b), proposed('r-2', a))
      .when(settle('r-1'))
      .thenNothing();
  });

  it('holds without what was deleted meanwhile, and with what was added', () => {
    const events = [...two, proposed('r-1', b, a), deleted(b), added(c), reordered(b, a)];
    expect(orderAfter(...events)).to.deep.equal([a, c]);
  });

  it('is proposed once, whatever became of it', () => {
    const held: WishlistEvent = { type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } };
    list(...two, proposed('r-1', b))
      .when(propose('r-1', b))
      .thenNothing();
    list(...two, proposed('r-1', b), held)
      .when(propose('r-1', b))
      .thenNothing();
  });

  it('takes another order under the same request id for a newer one', () => {
    const held: WishlistEvent = { type: 'WishlistReordered', data: { order: [b], requestId: 'r-1' } };
    list(...two, proposed('r-1', b))
      .when(propose('r-1', a, b))
      .then(proposed('r-1', a, b));
    list(...two, proposed('r-1', b), held)
      .when(propose('r-1', a))
      .then(proposed('r-1', a));
  });

  it('is cancelled, if it still waits', () => {
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
