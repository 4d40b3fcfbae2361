import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { rowOf } from './legacy-columns.ts';
import type { LegacyChange } from './legacy-wishes.ts';
import { ITEMS_MAX, wishlistDecider } from './wishlist.ts';
import type { Wishlist } from './wishlist-state.ts';
import type { ItemId, WishlistEvent } from './wishlist-events.ts';

const owner = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const [a, b, c] = ['a', 'b', 'c'] as ItemId[] as [ItemId, ItemId, ItemId];

const change = (itemId: ItemId, sort_order: string, sequence = 0, title = 'Explorer'): LegacyChange => ({
  ...{ itemId, sequence },
  row: {
    columns: { title, description: null, product_link: null, image_url: null, category: null, sort_order },
    addedAt: noon,
  },
});
const deletion = (itemId: ItemId, sequence: number): LegacyChange => ({ itemId, sequence });

const decide = (list: Wishlist, ...changes: readonly LegacyChange[]): readonly WishlistEvent[] => {
  const decision = wishlistDecider.decide({ type: 'ImportWishes', data: { owner, changes } }, list);
  if (isRejection(decision)) throw new Error(decision.because);
  return decision;
};
const importInto = (list: Wishlist, ...changes: readonly LegacyChange[]): Wishlist =>
  decide(list, ...changes).reduce(wishlistDecider.evolve, list);
const idsOf = ({ items }: Wishlist): readonly ItemId[] => items.map(({ itemId }) => itemId);
const EMPTY = wishlistDecider.initial;

describe('taking over wishes of the monolith', () => {
  it('orders them as numbers, what is none last', () => {
    expect(idsOf(importInto(EMPTY, change(a, '10'), change(b, 'n/a'), change(c, '9')))).to.deep.equal([c, a, b]);
  });

  it('takes each change once, and none in the place of a later one', () => {
    const list = importInto(EMPTY, change(a, '1', 5, 'Castle'));
    expect(decide(list, change(a, '1', 5, 'Castle'))).to.deep.equal([]);
    expect(decide(list, change(a, '1', 4, 'Tower'))).to.deep.equal([]);
    expect(decide(list, change(a, '1'))).to.deep.equal([]);
    expect(importInto(list, change(a, '1', 6, 'Tower')).items[0]?.wish.title).to.equal('Tower');
  });

  it('deletes what was deleted there, and does not bring it back', () => {
    const list = importInto(importInto(EMPTY, change(a, '1', 1)), deletion(a, 2));
    expect(idsOf(list)).to.deep.equal([]);
    expect(decide(list, change(a, '1', 1), deletion(a, 2))).to.deep.equal([]);
  });

  it('takes a change that the monolith makes undone after the platform made it', () => {
    const list = importInto(EMPTY, change(a, '1', 1, 'Castle'));
    const update = { type: 'UpdateItem', data: { itemId: a, change: { title: 'Tower' } } } as const;
    const events = wishlistDecider.decide(update, list) as readonly WishlistEvent[];
    const next = events.reduce(wishlistDecider.evolve, list);
    expect(importInto(next, change(a, '1', 2, 'Castle')).items[0]?.wish.title).to.equal('Castle');
  });

  it('leaves the rows of other items as they are when one comes or goes in the platform’s own order', () => {
    const list = importInto(EMPTY, change(a, '5', 1), change(b, '6', 1));
    const reorder = { type: 'Reorder', data: { order: [b, a], requestId: 'r' } } as const;
    const next = (wishlistDecider.decide(reorder, list) as readonly WishlistEvent[]).reduce(
      wishlistDecider.evolve,
      list,
    );
    const orderOf = ({ items }: Wishlist, id: ItemId): string | undefined =>
      items.map((item, index) => ({ id: item.itemId, row: rowOf(item, index) })).find((item) => item.id === id)?.row
        .sort_order;
    expect(orderOf(importInto(next, change(c, '0', 2)), a)).to.equal('1');
    expect(orderOf(importInto(next, deletion(b, 2)), a)).to.equal('1');
  });

  it('keeps what the monolith knows nothing of', () => {
    const list = importInto(EMPTY, change(a, '1', 1));
    const priceEvents = wishlistDecider.decide(
      { type: 'UpdateItem', data: { itemId: a, change: { priority: 'high' } } },
      list,
    );
    const next = (priceEvents as readonly WishlistEvent[]).reduce(wishlistDecider.evolve, list);
    expect(importInto(next, change(a, '1', 2, 'Castle')).items[0]?.wish).to.include({
      title: 'Castle',
      priority: 'high',
    });
  });

  it('takes more than a list may hold: the owner has them already', () => {
    const changes = Array.from({ length: ITEMS_MAX + 5 }, (_, place) => change(String(place) as ItemId, String(place)));
    expect(importInto(EMPTY, ...changes).items).to.have.length(ITEMS_MAX + 5);
  });

  it('adds an item of the platform behind all others, and leaves the order to the platform once it has one', () => {
    const wish = { title: 'Crane', description: '', productLink: '', category: '' };
    const full = { ...wish, priority: 'low', price: null, image: null } as const;
    const list = importInto(EMPTY, change(a, '5'), change(b, '20'));
    const add = { type: 'AddItem', data: { owner, itemId: c, wish: full, at: noon } } as const;
    const longer = (wishlistDecider.decide(add, list) as readonly WishlistEvent[]).reduce(wishlistDecider.evolve, list);
    expect(idsOf(importInto(longer, change(a, '6', 1)))).to.deep.equal([a, b, c]);
    const orderedList = wishlistDecider.evolve(longer, {
      type: 'WishlistReordered',
      data: { order: [c, b, a], requestId: 'r' },
    });
    expect(orderedList.items.map(({ place }) => place)).to.deep.equal([undefined, undefined, undefined]);
  });

  it('ends in the same list in whatever pages and however often the changes come', () => {
    const id = fc.constantFrom(a, b, c);
    const history = fc
      .array(fc.tuple(id, fc.constantFrom('1', '2', '10', 'x'), fc.boolean()), { maxLength: 12 })
      .map((steps) =>
        steps.map(([itemId, order, isDeletion], index) =>
          isDeletion && index > 6 ? deletion(itemId, index + 1) : change(itemId, order, index + 1, `v${String(index)}`),
        ),
      );
    fc.assert(
      fc.property(history, fc.nat(12), (changes, cut) => {
        const once = importInto(EMPTY, ...changes);
        const pagedList = importInto(importInto(EMPTY, ...changes.slice(0, cut)), ...changes.slice(cut));
        const again = importInto(importInto(pagedList, ...changes.slice(0, cut)), ...changes);
        expect(idsOf(pagedList).toSorted()).to.deep.equal(idsOf(again).toSorted());
        const lastIsDeletion = (itemId: ItemId) =>
          changes.findLast((step) => step.itemId === itemId)?.row === undefined;
        for (const itemId of idsOf(once)) expect(lastIsDeletion(itemId)).to.equal(false);
      }),
    );
  });
});
