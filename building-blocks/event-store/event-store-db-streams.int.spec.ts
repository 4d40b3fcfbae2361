import { expect } from 'chai';
import { jsonEvent } from '@eventstore/db-client';
import { codecFor } from '@lego-moc/event-codec/codec';
import { newId } from '@lego-moc/application/new-id';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { z } from 'zod';
import { connectEventStore } from './connect.ts';
import { eventStoreDbStreams } from './event-store-db-streams.ts';
import { all, behavesLikeEventStreams, type BrickEvent } from './event-streams.contract.ts';
import { EventStoreUnavailable } from './unavailable.ts';

const studs = z.object({ studs: z.int() });
const codec = codecFor<BrickEvent>('toys', { BrickPlaced: [{ schema: studs }], BrickLifted: [{ schema: studs }] });

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('eventStoreDbStreams', () => {
  behavesLikeEventStreams(async () => eventStoreDbStreams((await eventStoreForTests()).client, 'brick', codec));

  describe('with an event that the codec does not know', () => {
    it('throws when the history is read, and omits it from the recorded events', async () => {
      const { client } = await eventStoreForTests();
      const streams = eventStoreDbStreams(client, 'brick', codec);
      const id = newId();
      await client.appendToStream(`brick-${id}`, jsonEvent({ type: 'toys.BrickPainted', data: {} }));
      expect(await thrownBy(streams.read(id))).to.match(/BrickPainted in brick-.* is not a known event/);
      expect(await all(streams.readEvents(id))).to.deep.equal([]);
    });
  });

  it('rejects a category with a dash, at which names of streams are split', async () => {
    const { client } = await eventStoreForTests();
    expect(() => eventStoreDbStreams(client, 'toy-brick', codec)).to.throw('toy-brick');
  });

  describe('with a store that cannot be reached', () => {
    it('throws EventStoreUnavailable from every method', async () => {
      const client = connectEventStore('esdb://127.0.0.1:1?tls=false');
      const streams = eventStoreDbStreams(client, 'brick', codec);
      const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
      const event: BrickEvent = { type: 'BrickPlaced', data: { studs: 1 } };
      const errors = await Promise.all([
        thrownBy(streams.read('1')),
        thrownBy(streams.append('1', [event], 'any', cause)),
        thrownBy(streams.append('1', [], 'any', cause)),
      ]);
      for (const error of errors) expect(error).to.be.instanceOf(EventStoreUnavailable);
      await client.dispose();
    });
  });
});
