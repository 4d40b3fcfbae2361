import { randomUUID } from 'node:crypto';
import { DISPATCH_TO_SINGLE, PINNED, ROUND_ROBIN, streamNameFilter } from '@eventstore/db-client';
import { expect } from 'chai';
import { allSettings, consume, newGroup, type Consumer, type Group } from './consumer.ts';
import { bricksSorted, endOfLog, freshStream } from './events.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const connections = (group: Group, count: number) =>
  eventually(async () => expect((await group.info()).connections).to.have.length(count));

const leave = (consumers: readonly Consumer[]) => Promise.all(consumers.map((consumer) => consumer.leave()));

const describePinned = (server: Server) => {
  const streamsOf = (consumer: Consumer) => new Set(consumer.deliveries.map(({ event }) => event?.streamId));

  const pinnedGroup = async () => {
    const stem = freshStream('pinned');
    const name = `group-${randomUUID()}`;
    const settings = allSettings({ startFrom: await endOfLog(server.client()), consumerStrategyName: PINNED });
    await server
      .client()
      .createPersistentSubscriptionToAll(name, settings, { filter: streamNameFilter({ prefixes: [stem] }) });
    const join = (bufferSize: number, acknowledges = true) =>
      consume(server.client().subscribeToPersistentSubscriptionToAll(name, { bufferSize }), acknowledges);
    const expectSeats = (count: number) =>
      eventually(async () =>
        expect((await server.client().getPersistentSubscriptionToAllInfo(name)).connections).to.have.length(count),
      );
    const append = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        for (let lane = 0; lane < 24; lane += 1)
          await server.client().appendToStream(`${stem}-${lane}`, bricksSorted(1, round));
      }
    };
    return { name, join, expectSeats, append };
  };

  it('gives all events of one stream to one consumer', async () => {
    const { name, join, expectSeats, append } = await pinnedGroup();
    const consumers = [join(200), join(200)];
    await expectSeats(2);
    await append(4);
    await eventually(() => expect(consumers.flatMap(({ deliveries }) => deliveries)).to.have.length(96));
    const [first, second] = consumers.map(streamsOf);
    expect([...first!].filter((stream) => second!.has(stream))).to.deep.equal([]);
    expect(first!.size + second!.size).to.equal(24);
    expect(Math.min(first!.size, second!.size)).to.be.above(0);
    await leave(consumers);
    await server.client().deletePersistentSubscriptionToAll(name);
  });

  it('assigns the streams of a consumer that leaves to those that stay', async () => {
    const { name, join, expectSeats, append } = await pinnedGroup();
    const [leavingConsumer, stayingConsumer] = [join(200), join(200)];
    await expectSeats(2);
    await append(1);
    await eventually(() => expect(leavingConsumer.deliveries.length + stayingConsumer.deliveries.length).to.equal(24));
    await leavingConsumer.leave();
    await expectSeats(1);
    const before = stayingConsumer.deliveries.length;
    await append(1);
    await stayingConsumer.waitForDeliveries(before + 24);
    expect(streamsOf(stayingConsumer).size).to.equal(24);
    await stayingConsumer.leave();
    await server.client().deletePersistentSubscriptionToAll(name);
  });

  it('skips events of a full consumer and continues with the rest', async () => {
    const { name, join, expectSeats, append } = await pinnedGroup();
    const [full, free] = [join(1, false), join(200)];
    await expectSeats(2);
    await append(2);
    await full.waitForDeliveries(1);
    await eventually(() => expect(free.deliveries.length).to.be.above(2));
    await sleep(200);
    expect(full.deliveries).to.have.length(1);
    expect([...streamsOf(full)].filter((stream) => streamsOf(free).has(stream))).to.deep.equal([]);
    await leave([full, free]);
    await server.client().deletePersistentSubscriptionToAll(name);
  });
};

export const groupStrategiesContract = (server: Server): void => {
  describe('RoundRobin', () => {
    it('gives each consumer its turn', async () => {
      const group = await newGroup(server, { consumerStrategyName: ROUND_ROBIN });
      const consumers = [group.join(), group.join(), group.join()];
      await connections(group, 3);
      await group.append(9);
      for (const consumer of consumers) await consumer.waitForDeliveries(3);
      for (const consumer of consumers) {
        const [first, second, third] = consumer.trays();
        expect([second! - first!, third! - second!]).to.deep.equal([3, 3]);
      }
      await leave(consumers);
    });

    it('skips a consumer that is full', async () => {
      const group = await newGroup(server, { consumerStrategyName: ROUND_ROBIN });
      const [small, large] = [group.join({ bufferSize: 1 }), group.join({ bufferSize: 20 })];
      await connections(group, 2);
      await group.append(10);
      await large.waitForDeliveries(9);
      await sleep(100);
      expect(small.deliveries).to.have.length(1);
      await leave([small, large]);
    });
  });

  describe('DispatchToSingle', () => {
    it('fills one consumer before it continues with the next', async () => {
      const group = await newGroup(server, { consumerStrategyName: DISPATCH_TO_SINGLE });
      const consumers = [group.join({ bufferSize: 5 }), group.join({ bufferSize: 5 })];
      await connections(group, 2);
      await group.append(4);
      await eventually(() => expect(consumers.flatMap(({ deliveries }) => deliveries)).to.have.length(4));
      const chosenConsumer = consumers.find(({ deliveries }) => deliveries.length > 0)!;
      const other = consumers.find((consumer) => consumer !== chosenConsumer)!;
      expect(chosenConsumer.trays()).to.deep.equal([0, 1, 2, 3]);
      await group.append(3, 4);
      await other.waitForDeliveries(2);
      expect(chosenConsumer.trays()).to.deep.equal([0, 1, 2, 3, 4]);
      expect(other.trays()).to.deep.equal([5, 6]);
      await leave(consumers);
    });

    it('stays with one consumer that acknowledges in time', async () => {
      const group = await newGroup(server, { consumerStrategyName: DISPATCH_TO_SINGLE });
      const consumers = [group.join({ acknowledges: true }), group.join({ acknowledges: true })];
      await connections(group, 2);
      for (let tray = 0; tray < 12; tray += 1) {
        await group.append(1, tray);
        await eventually(() => expect(consumers.flatMap(({ deliveries }) => deliveries)).to.have.length(tray + 1));
        await eventually(async () => expect((await group.info()).stats.totalInFlightMessages).to.equal(0));
      }
      expect(consumers.map(({ deliveries }) => deliveries.length).sort((a, b) => a - b)).to.deep.equal([0, 12]);
      await leave(consumers);
    });
  });

  describe('Pinned', () => describePinned(server));
};
