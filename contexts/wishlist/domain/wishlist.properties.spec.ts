import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider, type WishlistCommand } from './wishlist.ts';
import type { Wishlist } from './wishlist-state.ts';
import type { ImagePreview, ItemId, Wish } from './wishlist-events.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const itemId = fc.constantFrom('a', 'b', 'c', 'd').map((id) => id as ItemId);
const order = fc.array(itemId, { maxLength: 5 });
const requestId = fc.constantFrom('r-1', 'r-2', 'r-3');
const wish: fc.Arbitrary<Wish> = fc.record({
  title: fc.constantFrom('Explorer', 'Castle'),
  description: fc.constant(''),
  productLink: fc.constant(''),
  category: fc.constantFrom('', 'Space'),
  priority: fc.constantFrom('low', 'high'),
  price: fc.constantFrom(null, { amount: 1, currency: 'EUR' }),
  image: fc.constant(null),
});

const image = fc.constantFrom('i-1', 'i-2');
const preview: fc.Arbitrary<ImagePreview> = fc.constantFrom('#000000', '#ffffff').map((dominantColour) => {
  return { width: 4, height: 2, blurhash: 'L00000fQfQfQfQfQfQfQfQfQfQfQ', dominantColour, renditions: [] };
});

const reorderCommand: fc.Arbitrary<WishlistCommand> = fc.oneof(
  fc.record({ order, requestId }).map((data) => ({ type: 'Reorder' as const, data })),
  fc
    .record({ order, requestId })
    .map((data) => ({ type: 'ProposeReorder' as const, data: { ...data, persistAt: at } })),
  requestId.map((id) => ({ type: 'SettleReorder' as const, data: { requestId: id, at } })),
  requestId.map((id) => ({ type: 'CancelReorder' as const, data: { requestId: id } })),
);

const command: fc.Arbitrary<WishlistCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({ itemId, wish })
      .map((data) => ({ type: 'AddItem' as const, data: { owner: 'ada' as UserId, at, ...data } })),
  },
  fc.record({ itemId, change: wish }).map((data) => ({ type: 'UpdateItem' as const, data })),
  fc.record({ itemId, image, preview }).map((data) => ({ type: 'SetImage' as const, data })),
  fc
    .record({ itemId, image, preview: fc.oneof(preview, fc.constant(null)) })
    .map((data) => ({ type: 'DescribeImage' as const, data })),
  itemId.map((id) => ({ type: 'DeleteItem' as const, data: { itemId: id } })),
  { weight: 4, arbitrary: reorderCommand },
  fc.constant({ type: 'EraseWishlist' as const, data: { at } }),
);

const apply = (list: Wishlist, next: WishlistCommand): Wishlist => {
  const decision = wishlistDecider.decide(next, list);
  return isRejection(decision) ? list : decision.reduce(wishlistDecider.evolve, list);
};
const history = fc.array(command, { maxLength: 20 }).map((commands) => commands.reduce(apply, wishlistDecider.initial));

describe('properties of a wishlist', () => {
  it('an accepted command changes nothing when it is repeated', () => {
    fc.assert(
      fc.property(history, command, (list, next) => {
        fc.pre(!isRejection(wishlistDecider.decide(next, list)));
        expect(wishlistDecider.decide(next, apply(list, next))).to.deep.equal([]);
      }),
    );
  });

  it('a reorder neither loses nor adds an item', () => {
    fc.assert(
      fc.property(history, reorderCommand, (list, next) => {
        const ids = ({ items }: Wishlist) => items.map((item) => item.itemId).sort();
        expect(ids(apply(list, next))).to.deep.equal(ids(list));
      }),
    );
  });

  it('no item is in two places', () => {
    fc.assert(
      fc.property(history, ({ items }) => {
        expect(new Set(items.map((item) => item.itemId)).size).to.equal(items.length);
      }),
    );
  });
});
