import {
  eventTypeFilter,
  excludeSystemEvents,
  streamNameFilter,
  type Filter,
  type Position,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, endOfLog, freshStream, trays } from './events.ts';
import { listenTo } from './listener.ts';
import { readAllBackwards } from './raw-read.ts';
import type { Server } from './server.ts';
import { eventually } from './waiting.ts';

const isAscending = (positions: readonly Position[]) =>
  positions.every((position, index) => index === 0 || positions[index - 1]!.commit < position.commit);

const describeMatching = (server: Server) => {
  const heardThrough = async (filter: (stem: string) => Filter) => {
    const stem = freshStream('filter');
    const fromPosition = await endOfLog(server.client());
    await server.client().appendToStream(`${stem}-lamp`, bricksSorted(1, 1, `Lit-${stem}`));
    await server.client().appendToStream(`${stem}-gate`, bricksSorted(1, 2, `Shut-${stem}`));
    const subscription = server.client().subscribeToAll({ fromPosition, filter: filter(stem) });
    const listener = listenTo(subscription, ({ event }) => event?.streamId.startsWith(stem) === true);
    await listener.waitForCaughtUp();
    await server.client().appendToStream(`${stem}-lamp`, bricksSorted(1, 3, `Shut-${stem}`));
    await server.client().appendToStream(`${stem}-gate`, bricksSorted(1, 4, `Lit-${stem}`));
    await server.client().appendToStream(`${stem}-last`, bricksSorted(1, 5, `Last-${stem}`));
    await eventually(() => expect(trays(listener.events)).to.include(5));
    await subscription.unsubscribe();
    return trays(listener.events);
  };

  it('selects streams by prefixes', async () => {
    const numbers = await heardThrough((stem) => streamNameFilter({ prefixes: [`${stem}-lamp`, `${stem}-last`] }));
    expect(numbers).to.deep.equal([1, 3, 5]);
  });

  it('selects streams by a regular expression', async () => {
    const numbers = await heardThrough((stem) => streamNameFilter({ regex: `^${stem}-(gate|last)$` }));
    expect(numbers).to.deep.equal([2, 4, 5]);
  });

  it('selects event types by prefixes', async () => {
    const numbers = await heardThrough((stem) => eventTypeFilter({ prefixes: [`Lit-${stem}`, `Last-${stem}`] }));
    expect(numbers).to.deep.equal([1, 4, 5]);
  });

  it('selects event types by a regular expression', async () => {
    const numbers = await heardThrough((stem) => eventTypeFilter({ regex: `^(Shut|Last)-${stem}` }));
    expect(numbers).to.deep.equal([2, 3, 5]);
  });

  it('leaves out system events', async () => {
    const stream = freshStream('plain');
    const fromPosition = await endOfLog(server.client());
    await server.client().setStreamMetadata(stream, { maxCount: 5 });
    await server.client().appendToStream(stream, bricksSorted(1));
    const subscription = server.client().subscribeToAll({ fromPosition, filter: excludeSystemEvents() });
    const listener = listenTo(subscription);
    await eventually(() => expect(listener.events.some(({ event }) => event?.streamId === stream)).to.equal(true));
    expect(listener.events.filter(({ event }) => event?.type.startsWith('$'))).to.deep.equal([]);
    await subscription.unsubscribe();
  });
};

const describeCheckpoints = (server: Server) => {
  const passingBy = async (count: number, checkpointInterval: number) => {
    const stream = freshStream('passing');
    const fromPosition = await endOfLog(server.client());
    const checkpoints: Position[] = [];
    const filter = streamNameFilter({
      prefixes: [freshStream('nobody')],
      maxSearchWindow: 10,
      checkpointInterval,
      checkpointReached: (_, position) => void checkpoints.push(position),
    });
    for (let first = 0; first < count; first += 20)
      await server.client().appendToStream(stream, bricksSorted(20, first));
    const subscription = server.client().subscribeToAll({ fromPosition, filter });
    const listener = listenTo(subscription);
    await listener.waitForCaughtUp();
    return { checkpoints, subscription, stream, listener };
  };

  it('arrive in ascending order although nothing matches', async () => {
    const { checkpoints, subscription, listener } = await passingBy(200, 1);
    await eventually(() => expect(checkpoints.length).to.be.at.least(15));
    const last = await endOfLog(server.client());
    expect(isAscending(checkpoints)).to.equal(true);
    expect(checkpoints.at(-1)!.commit < last.commit).to.equal(true);
    expect(listener.events).to.deep.equal([]);
    await subscription.unsubscribe();
  });

  it('arrive less often with a longer interval', async () => {
    const often = await passingBy(200, 1);
    const seldom = await passingBy(200, 5);
    await eventually(() => expect(seldom.checkpoints.length).to.be.at.least(3));
    expect(seldom.checkpoints.length).to.be.below(often.checkpoints.length);
    for (const { subscription } of [often, seldom]) await subscription.unsubscribe();
  });

  it('continue when the subscription is live', async () => {
    const { checkpoints, subscription, stream } = await passingBy(20, 1);
    const before = await endOfLog(server.client());
    await server.client().appendToStream(stream, bricksSorted(100));
    await eventually(() => expect(checkpoints.some(({ commit }) => commit > before.commit)).to.equal(true));
    expect(isAscending(checkpoints)).to.equal(true);
    await subscription.unsubscribe();
  });

  it('never precede events that match', async () => {
    const stem = freshStream('ahead');
    const fromPosition = await endOfLog(server.client());
    for (let round = 0; round < 40; round += 1) {
      await server.client().appendToStream(`${stem}-noise`, bricksSorted(7));
      await server.client().appendToStream(`${stem}-match`, bricksSorted(1, round));
    }
    const deliveredPositions: bigint[] = [];
    const overtaken: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: [`${stem}-match`],
      maxSearchWindow: 5,
      checkpointInterval: 1,
      checkpointReached: (_, { commit }) => {
        overtaken.push(commit);
      },
    });
    const subscription = server.client().subscribeToAll({ fromPosition, filter });
    const listener = listenTo(subscription);
    subscription.on('data', ({ commitPosition }) => deliveredPositions.push(commitPosition!));
    await listener.waitForEvents(40);
    await eventually(() => expect(overtaken.length).to.be.at.least(40));
    await subscription.unsubscribe();

    const middle = overtaken[Math.floor(overtaken.length / 2)]!;
    const laterSubscription = server
      .client()
      .subscribeToAll({ fromPosition: { commit: middle, prepare: middle }, filter });
    const later = listenTo(laterSubscription);
    await later.waitForCaughtUp();
    const expected = deliveredPositions.filter((position) => position > middle);
    await eventually(() => expect(later.events.map((event) => event.commitPosition)).to.deep.equal(expected));
    await laterSubscription.unsubscribe();
  });
};

const describeReading = (server: Server) => {
  it('skips events that do not match, however small the window', async function () {
    const host = server.hostOrSkip(this);
    const stem = freshStream('backwards');
    for (let round = 0; round < 5; round += 1) {
      await server.client().appendToStream(`${stem}-match`, bricksSorted(1, round));
      await server.client().appendToStream(`${stem}-noise`, bricksSorted(300));
    }
    const prefix = `${stem}-match`;
    expect(await readAllBackwards(host, { prefix, count: 3, window: 10 })).to.deep.equal([4, 3, 2]);
    expect(await readAllBackwards(host, { prefix, count: 5, window: 1_000 })).to.deep.equal([4, 3, 2, 1, 0]);
  });
};

export const filtersContract = (server: Server): void => {
  describe('filtering $all', () => describeMatching(server));
  describe('reading $all filtered', () => describeReading(server));
  describe('checkpoints of a filtered subscription', () => describeCheckpoints(server));
};
