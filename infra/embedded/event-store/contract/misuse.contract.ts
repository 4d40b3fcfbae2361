import { jsonEvent, StreamNotFoundError, streamNameFilter, UnknownError, type EventData } from '@eventstore/db-client';
import { expect } from 'chai';
import { allSettings, newGroup } from './consumer.ts';
import { bricksSorted, eventOfSize, freshStream, readStream, rejectionOf } from './events.ts';
import type { Server } from './server.ts';
import { eventually, within } from './waiting.ts';

/** A refused append shares its call with others, whose answers must still arrive. */
const describeNeighbours = (server: Server) => {
  const amongOthers = async (stream: string, events: EventData[]) => {
    const otherStreams = Array.from({ length: 20 }, () => freshStream('neighbour'));
    const append = (to: string) => server.client().appendToStream(to, bricksSorted(1));
    const before = otherStreams.slice(0, 10).map(append);
    const rejection = rejectionOf(server.client().appendToStream(stream, events, { batchAppendSize: 100_000 }));
    const after = otherStreams.slice(10).map(append);
    expect(await within(rejection, 'refusal')).to.be.instanceOf(Error);
    for (const answer of await Promise.all([...before, ...after])) expect(answer.success).to.equal(true);
    for (const other of otherStreams) expect(await readStream(server.client(), other)).to.have.length(1);
  };

  it('is rejected alone when an event id is no UUID', async () => {
    const stream = freshStream('misused');
    await amongOthers(stream, [...bricksSorted(1), jsonEvent({ id: 'forty-two', type: 'BricksSorted', data: {} })]);
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
  });

  it('is rejected alone when its stream has no name', () => amongOthers('', bricksSorted(1)));

  server.itEmbedded('is rejected alone when its stream is the metadata of an empty name', () =>
    amongOthers('$$', bricksSorted(1)),
  );

  it('is rejected alone, and once, when it exceeds the limit', async () => {
    const stream = freshStream('misused');
    await amongOthers(
      stream,
      Array.from({ length: 60 }, () => eventOfSize(90_000)),
    );
    expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError);
    await server.client().appendToStream(stream, bricksSorted(1));
  });
};

const describeExpressions = (server: Server) => {
  it('may contain needless escapes', async () => {
    const stem = freshStream('escaped');
    const filter = streamNameFilter({ regex: `^${stem.replaceAll('-', '\\-')}\\-yes$` });
    const name = freshStream('group');
    await server.client().createPersistentSubscriptionToAll(name, allSettings({ startFrom: 'end' }), { filter });
    const streams = new Set<string>();
    const subscription = server.client().subscribeToAll({ fromPosition: 'end', filter });
    subscription.on('data', ({ event }) => streams.add(`all ${event?.streamId ?? ''}`));
    const group = server.client().subscribeToPersistentSubscriptionToAll(name);
    group.on('data', (delivery) => {
      streams.add(`group ${delivery.event?.streamId ?? ''}`);
      void group.ack(delivery);
    });
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await server.client().appendToStream(`${stem}-no`, bricksSorted(1));
    await server.client().appendToStream(`${stem}-yes`, bricksSorted(1));
    await eventually(() => expect(streams).to.deep.equal(new Set([`all ${stem}-yes`, `group ${stem}-yes`])));
    await subscription.unsubscribe();
    await group.unsubscribe();
    await server.client().deletePersistentSubscriptionToAll(name);
  });

  it('may begin with flags: (?i) ignores case', async () => {
    const stem = freshStream('flags');
    const filter = streamNameFilter({ regex: `(?i)^${stem.toUpperCase()}-YES$` });
    const types: (string | undefined)[] = [];
    const subscription = server.client().subscribeToAll({ fromPosition: 'end', filter });
    subscription.on('data', ({ event }) => types.push(event?.streamId));
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await server.client().appendToStream(`${stem}-no`, bricksSorted(1));
    await server.client().appendToStream(`${stem}-yes`, bricksSorted(1));
    await eventually(() => expect(types).to.deep.equal([`${stem}-yes`]));
    await subscription.unsubscribe();
  });

  it('are rejected by subscriptions and groups when they are invalid', async () => {
    const filter = streamNameFilter({ regex: '(' });
    const subscription = server.client().subscribeToAll({ filter });
    const error = await within(new Promise((resolve) => subscription.once('error', resolve)), 'refusal');
    expect(error).to.be.instanceOf(UnknownError);
    const name = freshStream('group');
    await rejectionOf(server.client().createPersistentSubscriptionToAll(name, allSettings(), { filter }));
    await rejectionOf(server.client().getPersistentSubscriptionToAllInfo(name));
  });
};

export const misuseContract = (server: Server): void => {
  describe('a malformed append', () => describeNeighbours(server));
  describe('regular expressions of filters', () => describeExpressions(server));

  describe('a replay of parked messages', () => {
    it('leaves them unchanged when it is to stop before the first', async () => {
      const group = await newGroup(server, {}, 3);
      const consumer = group.join();
      await consumer.subscription.nack('park', 'too heavy', ...(await consumer.waitForDeliveries(3)));
      const parkedCount = async () => (await group.info()).stats.parkedMessageCount;
      await eventually(async () => expect(await parkedCount()).to.equal(3n));
      for (const stopAt of [-1, 0]) {
        await server
          .client()
          .replayParkedMessagesToStream(group.stream, group.name, { stopAt })
          .catch(() => undefined);
        expect(await parkedCount()).to.equal(3n);
      }
      expect(consumer.deliveries).to.have.length(3);
      await consumer.leave();
    });
  });
};
