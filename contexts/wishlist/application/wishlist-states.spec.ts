import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider } from '../domain/wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { wishlistId } from '../contracts/wishlist-id.ts';
import { wishlistsByOwner } from './wishlist-states.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;
const ada = 'ada' as UserId;
const wish = (title: string): Wish => ({
  ...{ title, description: '', productLink: '', category: '', priority: 'low', price: null },
  image: null,
});

describe('wishlists by owner', () => {
  it('accepts 30 items that are added at once through two instances', async () => {
    const streams = inMemoryStreams<WishlistEvent>('wishlist', () => at);
    const instances = [1, 2].map(() => foldedStates(wishlistDecider, streams));
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, number) => {
        const data = { owner: ada, itemId: newId() as ItemId, wish: wish(`Item ${number}`), at };
        const cause = { commandId: newId(), correlationId: 'c', actor: ada };
        return instances[number % 2]!.handle(wishlistId(ada), { type: 'AddItem', data }, cause);
      }),
    );
    expect(outcomes.filter((outcome) => isRejection(outcome))).to.deep.equal([]);
    const { list } = await wishlistsByOwner(instances[0]!, streams).latest(ada);
    expect(list.items).to.have.length(30);
  });

  it('reads the events of a list once for all pages of one revision, and only later events for a later one', async () => {
    const streams = inMemoryStreams<WishlistEvent>('wishlist', () => at);
    const states = foldedStates(wishlistDecider, streams);
    const add = (title: string) => {
      const data = { owner: ada, itemId: newId() as ItemId, wish: wish(title), at };
      return states.handle(
        wishlistId(ada),
        { type: 'AddItem', data },
        { commandId: newId(), correlationId: 'c', actor: ada },
      );
    };
    for (let number = 0; number < 50; number += 1) await add(`Item ${number}`);
    let eventsRead = 0;
    const { asOf } = wishlistsByOwner(states, {
      readEvents: async function* (id, from) {
        for await (const recordedEvent of streams.readEvents(id, from)) {
          eventsRead += 1;
          yield recordedEvent;
        }
      },
    });
    for (let page = 0; page < 10; page += 1) expect((await asOf(ada, 39n))?.items).to.have.length(40);
    expect(eventsRead).to.equal(40);
    expect((await asOf(ada, 44n))?.items).to.have.length(45);
    expect(eventsRead).to.equal(45);
    expect((await asOf(ada, 9n))?.items, 'an earlier one').to.have.length(10);
    expect(await asOf(ada, 50n), 'a later one than there is').to.equal(undefined);
  });
});
