import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { type Clock } from '@lego-moc/application/clock';
import { after } from '@lego-moc/kernel/instant';
import { foldedStates } from '@lego-moc/application/folded-states';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { wishlistDecider, type WishlistCommand } from '../domain/wishlist.ts';
import type { ItemId, Wish, WishlistEvent } from '../domain/wishlist-events.ts';
import { QUIET_MS, settleReorder } from './reorder-settling.ts';
import { wishlistId } from '../contracts/wishlist-id.ts';

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const HOUR_MS = 3_600_000;
const ada = 'ada' as UserId;
const [crane, ship] = ['crane', 'ship'] as ItemId[] as [ItemId, ItemId];
const wish: Wish = {
  ...{ title: 'Crane', description: '', productLink: '', category: '', priority: 'low', price: null },
  image: null,
};

/** A crane and a ship, whose owner proposed at noon to swap them. Time passes only by waiting. */
const setUpProposal = async () => {
  const { handle, latest } = foldedStates(
    wishlistDecider,
    inMemoryStreams<WishlistEvent>('wishlist', () => noon),
  );
  const id = wishlistId(ada);
  const cause = () => ({ commandId: newId(), correlationId: 'c', actor: ada });
  const send = (command: WishlistCommand) => handle(id, command, cause());
  const propose = async (requestId: string, order: readonly ItemId[], at: Instant) => {
    const data = { requestId, order, persistAt: after(at, QUIET_MS) };
    await send({ type: 'ProposeReorder', data });
    return data;
  };
  for (const itemId of [crane, ship]) await send({ type: 'AddItem', data: { owner: ada, itemId, wish, at: noon } });
  const first = await propose('r-1', [ship], noon);

  let waitedMs = 0;
  const time: Clock = () => after(noon, waitedMs);
  return {
    propose,
    tell: send,
    time,
    waited: () => waitedMs,
    /** By the clock of the instance that settles, which need not be that of the one that took the proposal. */
    settleBy: (now: Clock, meanwhile: () => Promise<unknown> = () => Promise.resolve()) =>
      settleReorder(handle, now, async (ms) => {
        waitedMs += ms;
        await meanwhile();
      })(id, first, cause()),
    readOrder: async () => {
      const { items, settled } = (await latest(id)).state;
      return { order: items.map(({ itemId }) => itemId), settled };
    },
  };
};

const NEW_ORDER = { order: [ship, crane], settled: 'r-1' };
const OLD_ORDER = { order: [crane, ship], settled: undefined };

describe('settling a proposed order', () => {
  it('takes effect after half a second without another order', async () => {
    const { settleBy, readOrder, waited, time } = await setUpProposal();
    await settleBy(time, async () => expect(await readOrder()).to.deep.equal(OLD_ORDER));
    expect(waited()).to.equal(QUIET_MS);
    expect(await readOrder()).to.deep.equal(NEW_ORDER);
  });

  it('changes nothing when a newer order came or it was cancelled', async () => {
    const newer = await setUpProposal();
    await newer.settleBy(newer.time, () => newer.propose('r-2', [crane, ship], newer.time()));
    expect(await newer.readOrder()).to.deep.equal(OLD_ORDER);

    const givenUp = await setUpProposal();
    await givenUp.settleBy(givenUp.time, () => givenUp.tell({ type: 'CancelReorder', data: {} }));
    expect(await givenUp.readOrder()).to.deep.equal(OLD_ORDER);
  });

  /** A clock that is put back an hour once it was read that often. */
  const putBackAfter = (readings: number) => (time: Clock) => {
    let remaining = readings;
    return () => after(time(), (remaining -= 1) < 0 ? -HOUR_MS : 0);
  };

  for (const [label, clockOf] of [
    ['is an hour behind', (time) => () => after(time(), -HOUR_MS)],
    ['is an hour ahead', (time) => () => after(time(), HOUR_MS)],
    ['is put back an hour while it waits', putBackAfter(1)],
    ['is put back an hour at the moment that it is due', putBackAfter(2)],
  ] as const satisfies readonly (readonly [string, (time: Clock) => Clock])[])
    it(`takes effect within half a second where the clock ${label}`, async () => {
      const { settleBy, readOrder, waited, time } = await setUpProposal();
      await settleBy(clockOf(time));
      expect(await readOrder()).to.deep.equal(NEW_ORDER);
      expect(waited()).to.be.within(0, QUIET_MS);
    });
});
