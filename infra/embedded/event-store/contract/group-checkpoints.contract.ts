import { randomUUID } from 'node:crypto';
import { streamNameFilter } from '@eventstore/db-client';
import { expect } from 'chai';
import { allSettings, consume, newGroup, type Group, storedCheckpoint } from './consumer.ts';
import { bricksSorted, endOfLog, freshStream, readStream } from './events.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const eager = { checkPointUpperBound: 1, checkPointLowerBound: 1 };

const expectCheckpoint = (group: Group, revision: bigint) =>
  eventually(async () => expect((await group.info()).stats.lastCheckpointedEventRevision).to.equal(revision));

const describeWriting = (server: Server) => {
  it('names the last event before the first that is unacknowledged', async () => {
    const group = await newGroup(server, eager, 6);
    const consumer = group.join();
    const deliveries = [...(await consumer.waitForDeliveries(6))];
    await consumer.subscription.ack(deliveries[0]!, deliveries[1]!, deliveries[3]!, deliveries[4]!);
    await expectCheckpoint(group, 1n);
    await consumer.subscription.ack(deliveries[2]!);
    await expectCheckpoint(group, 4n);
    await consumer.leave();
  });

  it('is the last event of a system stream', async () => {
    const group = await newGroup(server, eager, 8);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(8);
    await expectCheckpoint(group, 7n);
    const checkpointEvents = await readStream(server.client(), group.checkpointStream);
    expect(checkpointEvents).not.to.be.empty;
    expect(checkpointEvents.at(-1)?.event?.type).to.match(/^\$?SubscriptionCheckpoint$/);
    // A checkpoint that fell due while another was being written is skipped.
    expect(Number(checkpointEvents.at(-1)?.event?.data)).to.be.within(0, 7);
    await consumer.leave();
  });

  it('waits for the configured lower bound and time', async () => {
    const patient = { checkPointLowerBound: 5, checkPointUpperBound: 1_000, checkPointAfter: 1_000 };
    const group = await newGroup(server, patient, 4);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(4);
    await sleep(2_500);
    expect((await group.info()).stats.lastCheckpointedEventRevision).to.equal(undefined);
    await group.append(4, 4);
    await consumer.waitForDeliveries(8);
    await expectCheckpoint(group, 7n);
    await consumer.leave();
  });

  it('counts parked and skipped events as handled', async () => {
    const group = await newGroup(server, eager, 3);
    const consumer = group.join();
    const [first, second, third] = [...(await consumer.waitForDeliveries(3))];
    await consumer.subscription.nack('park', 'no', first!);
    await consumer.subscription.nack('skip', 'no', second!);
    await consumer.subscription.ack(third!);
    await expectCheckpoint(group, 2n);
    await consumer.leave();
  });
};

const describeRestarts = (server: Server) => {
  server.itAfterRestart('goes on after the checkpoint', async function () {
    this.timeout(60_000);
    const group = await newGroup(server, eager, 6);
    const consumer = group.join({ bufferSize: 6 });
    const deliveries = [...(await consumer.waitForDeliveries(6))];
    await consumer.subscription.ack(...deliveries.slice(0, 4));
    await storedCheckpoint(server, group, '3');
    await server.restart();
    await group.append(1, 6);
    const again = group.join({ acknowledges: true });
    await again.waitForDeliveries(3, 10_000);
    await sleep(200);
    expect(again.trays()).to.deep.equal([4, 5, 6]);
    await again.leave();
  });

  server.itAfterRestart('delivers again, but never loses, what was acknowledged after it', async function () {
    this.timeout(60_000);
    const lazy = { checkPointLowerBound: 500, checkPointUpperBound: 1_000 };
    const group = await newGroup(server, lazy, 5);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(5);
    await server.restart();
    const again = group.join({ acknowledges: true });
    await again.waitForDeliveries(5, 10_000);
    expect(again.trays()).to.deep.equal([0, 1, 2, 3, 4]);
    await again.leave();
  });
};

const describeStatistics = (server: Server) => {
  it('count messages in flight, parked, retried and handled', async () => {
    const group = await newGroup(server, {}, 6);
    const consumer = group.join({ bufferSize: 4 });
    const deliveries = [...(await consumer.waitForDeliveries(4))];
    await eventually(async () =>
      expect((await group.info()).stats).to.include({ totalInFlightMessages: 4, parkedMessageCount: 0n }),
    );
    await consumer.subscription.nack('park', 'no', deliveries[0]!);
    await consumer.subscription.ack(deliveries[1]!);
    await consumer.waitForDeliveries(6);
    await eventually(async () =>
      expect((await group.info()).stats).to.include({ totalInFlightMessages: 4, parkedMessageCount: 1n }),
    );
    const { stats, connections, status } = await group.info();
    expect(Number(stats.totalItems)).to.be.at.least(1);
    expect(stats.lastKnownEventRevision).to.equal(5n);
    expect(status).to.match(/Live|Behind/);
    expect(connections).to.have.length(1);
    expect(connections[0]).to.include({ inFlightMessages: 4, availableSlots: 0 });
    await consumer.leave();
  });

  it('name no address of a connection, and the user system where no users are known', async () => {
    const group = await newGroup(server, {}, 1);
    const consumer = group.join();
    await consumer.waitForDeliveries(1);
    const { connections } = await group.info();
    expect(connections.map(({ from, username }) => ({ from, username }))).to.deep.equal([
      { from: '', username: 'system' },
    ]);
    await consumer.leave();
  });

  it('name the connection by the client’s own name', async () => {
    const group = await newGroup(server, {}, 1);
    const namedClient = server.connect('connectionName=sorting-hall');
    const subscription = namedClient.subscribeToPersistentSubscriptionToStream(group.stream, group.name);
    subscription.on('error', () => undefined);
    subscription.resume();
    await eventually(async () => expect((await group.info()).connections[0]?.connectionName).to.equal('sorting-hall'));
    await subscription.unsubscribe();
    await eventually(async () => expect((await group.info()).connections).to.deep.equal([]));
  });

  it('have no positions before the first event', async () => {
    const group = await newGroup(server);
    const { stats } = await group.info();
    expect(stats.lastCheckpointedEventRevision).to.equal(undefined);
    expect(stats).to.include({ totalInFlightMessages: 0, retryBufferCount: 0, parkedMessageCount: 0n });
  });

  it('give positions of groups of $all as positions', async () => {
    const name = `group-${randomUUID()}`;
    const startFrom = await endOfLog(server.client());
    const filter = streamNameFilter({ prefixes: [freshStream('all-figures')] });
    const { prefixes } = filter;
    await server.client().createPersistentSubscriptionToAll(name, allSettings({ ...eager, startFrom }), { filter });
    const { position } = await server.client().appendToStream(prefixes[0]!, bricksSorted(1));
    const consumer = consume(server.client().subscribeToPersistentSubscriptionToAll(name), true);
    await consumer.waitForDeliveries(1);
    await eventually(async () => {
      const { stats } = await server.client().getPersistentSubscriptionToAllInfo(name);
      expect(stats.lastCheckpointedEventPosition?.commit).to.satisfy((commit?: bigint) => commit! >= position!.commit);
      expect(stats.lastKnownEventPosition?.commit).to.satisfy((commit?: bigint) => commit! >= position!.commit);
    });
    await consumer.leave();
    await server.client().deletePersistentSubscriptionToAll(name);
  });

  it('measure latencies when that is configured', async () => {
    const group = await newGroup(server, { extraStatistics: true }, 20);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(20);
    await eventually(async () => {
      const statistics = (await group.info()).connections[0]?.extraStatistics;
      expect([...(statistics?.keys() ?? [])]).to.include.members([
        'mean',
        'median',
        'fastest',
        '90%',
        '99.9%',
        'highest',
      ]);
    });
    await consumer.leave();
    const plain = await newGroup(server, {}, 1);
    const other = plain.join({ acknowledges: true });
    await other.waitForDeliveries(1);
    expect((await plain.info()).connections[0]?.extraStatistics).to.equal(undefined);
    await other.leave();
  });
};

export const groupCheckpointsContract = (server: Server): void => {
  describe('the checkpoint of a group', () => describeWriting(server));
  describe('a group after a restart', () => describeRestarts(server));
  describe('the statistics of a group', () => describeStatistics(server));
};
