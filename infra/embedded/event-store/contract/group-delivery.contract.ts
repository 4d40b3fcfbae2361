import { randomUUID } from 'node:crypto';
import { END, streamNameFilter, type Filter } from '@eventstore/db-client';
import { expect } from 'chai';
import { allSettings, consume, newGroup, streamSettings, type Consumer } from './consumer.ts';
import { bricksSorted, endOfLog, freshStream, linkEvent, readAll, readStream, trays } from './events.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, tray) => tray);

const describeFlow = (server: Server) => {
  it('delivers stored events, then new ones', async () => {
    const group = await newGroup(server, {}, 30);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(30);
    await group.append(30, 30);
    await consumer.waitForDeliveries(60);
    expect(consumer.trays()).to.deep.equal(upTo(60));
    expect(consumer.deliveries.map(({ retryCount }) => retryCount)).to.deep.equal(upTo(60).map(() => 0));
    await consumer.leave();
  });

  it('delivers a long history complete and in order to one consumer that acknowledges', async function () {
    this.timeout(30_000);
    const group = await newGroup(server, {}, 1_500);
    const consumer = group.join({ acknowledges: true, bufferSize: 50 });
    await consumer.waitForDeliveries(1_500, 20_000);
    expect(consumer.trays()).to.deep.equal(upTo(1_500));
    await consumer.leave();
  });

  it('delivers all events that arrive while it still reads the history', async function () {
    this.timeout(30_000);
    const group = await newGroup(server, { liveBufferSize: 20, historyBufferSize: 30, readBatchSize: 10 }, 300);
    const consumer = group.join({ acknowledges: true });
    for (let tray = 300; tray < 600; tray += 10) await group.append(10, tray);
    await consumer.waitForDeliveries(600, 20_000);
    expect(consumer.trays().sort((a, b) => a - b)).to.deep.equal(upTo(600));
    await consumer.leave();
  });

  it('begins with the configured revision', async () => {
    const group = await newGroup(server, { startFrom: 3n }, 6);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(3);
    expect(consumer.trays()).to.deep.equal([3, 4, 5]);
    await consumer.leave();
  });

  it('begins with new events when it starts at the end', async () => {
    const group = await newGroup(server, { startFrom: END }, 4);
    await group.append(1, 4);
    const consumer = group.join({ acknowledges: true });
    await group.append(1, 5);
    await consumer.waitForDeliveries(2);
    expect(consumer.trays()).to.deep.equal([4, 5]);
    await consumer.leave();
  });

  it('counts recent live events also after they were acknowledged', async () => {
    const group = await newGroup(server, { liveBufferSize: 3 }, 1);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(1);
    await group.append(2, 1);
    await consumer.waitForDeliveries(3);
    await eventually(async () => {
      const { stats } = await group.info();
      expect(stats).to.include({ readBufferCount: 0, retryBufferCount: 0, totalInFlightMessages: 0 });
      expect(stats.liveBufferCount).to.equal(2n);
    });
    await consumer.leave();
  });

  it('delivers the tombstone of its stream while it is live', async () => {
    const group = await newGroup(server, {}, 1);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(1);
    await server.client().tombstoneStream(group.stream);
    const [, last] = await consumer.waitForDeliveries(2);
    expect(last?.event).to.include({ type: '$streamDeleted', streamId: group.stream, revision: 9223372036854775807n });
    await consumer.leave();
  });

  it('holds no more in flight than the consumer has room for', async () => {
    const group = await newGroup(server, {}, 10);
    const consumer = group.join({ bufferSize: 3 });
    await consumer.waitForDeliveries(3);
    await sleep(250);
    expect(consumer.trays()).to.deep.equal([0, 1, 2]);
    await consumer.subscription.ack(consumer.deliveries[1]!);
    await consumer.waitForDeliveries(4);
    await sleep(250);
    expect(consumer.trays()).to.deep.equal([0, 1, 2, 3]);
    expect((await group.info()).connections[0]).to.include({ availableSlots: 0, inFlightMessages: 3 });
    await consumer.leave();
  });

  it('resolves links, which are acknowledged by the id of the link', async () => {
    const source = freshStream('source');
    await server.client().appendToStream(source, bricksSorted(3, 70));
    const group = await newGroup(server, { resolveLinkTos: true, maxRetryCount: 1 });
    await server.client().appendToStream(group.stream, [linkEvent(`2@${source}`), linkEvent(`0@${source}`)]);
    const consumer = group.join({ acknowledges: true });
    const deliveries = await consumer.waitForDeliveries(2);
    expect(trays(deliveries)).to.deep.equal([72, 70]);
    expect(deliveries.map((delivery) => delivery.link?.revision)).to.deep.equal([0n, 1n]);
    await eventually(async () => expect((await group.info()).stats.totalInFlightMessages).to.equal(0));
    await consumer.leave();
  });

  it('delivers the messages in flight of a consumer that leaves to another, counting one retry', async () => {
    const group = await newGroup(server, {}, 4);
    const leavingConsumer = group.join({ bufferSize: 4 });
    const heldDeliveries = await leavingConsumer.waitForDeliveries(4);
    await leavingConsumer.subscription.ack(heldDeliveries[0]!);
    await eventually(async () => expect((await group.info()).stats.totalInFlightMessages).to.equal(3));
    await leavingConsumer.leave();
    const stayingConsumer = group.join({ acknowledges: true });
    await stayingConsumer.waitForDeliveries(3);
    expect(stayingConsumer.trays()).to.deep.equal([1, 2, 3]);
    expect(stayingConsumer.deliveries.map(({ retryCount }) => retryCount)).to.deep.equal([1, 1, 1]);
    await stayingConsumer.leave();
  });

  it('serves groups of one stream independently', async () => {
    const group = await newGroup(server, {}, 3);
    await server.client().createPersistentSubscriptionToStream(group.stream, 'second', streamSettings());
    const consumers = [
      group.join({ acknowledges: true }),
      consume(server.client().subscribeToPersistentSubscriptionToStream(group.stream, 'second'), true),
    ];
    for (const consumer of consumers) expect(trays(await consumer.waitForDeliveries(3))).to.deep.equal([0, 1, 2]);
    await Promise.all(consumers.map((consumer) => consumer.leave()));
  });

  it('delivers messages of nearly a mebibyte', async () => {
    const group = await newGroup(server);
    const consumer = group.join({ acknowledges: true });
    const large = bricksSorted(3).map((event) => ({ ...event, metadata: { padding: 'x'.repeat(1_000_000) } }));
    for (const event of large) await server.client().appendToStream(group.stream, event);
    await consumer.waitForDeliveries(3);
    expect(consumer.trays()).to.deep.equal([0, 1, 2]);
    await consumer.leave();
  });
};

const describeAll = (server: Server) => {
  const groups: string[] = [];
  const joinAll = async (settings: Parameters<typeof allSettings>[0], filter?: Filter) => {
    const name = `group-${randomUUID()}`;
    const options = filter === undefined ? {} : { filter };
    await server.client().createPersistentSubscriptionToAll(name, allSettings(settings), options);
    groups.push(name);
    return name;
  };
  const consumeAll = (name: string, acknowledges = true): Consumer =>
    consume(server.client().subscribeToPersistentSubscriptionToAll(name), acknowledges);
  after(async () => {
    for (const name of groups) await server.client().deletePersistentSubscriptionToAll(name);
  });

  it('delivers the events that the filter selects, before and after joining', async () => {
    const stem = freshStream('all-group');
    const startFrom = await endOfLog(server.client());
    const name = await joinAll({ startFrom }, streamNameFilter({ prefixes: [`${stem}-yes`] }));
    await server.client().appendToStream(`${stem}-yes`, bricksSorted(2));
    await server.client().appendToStream(`${stem}-no`, bricksSorted(50, 100));
    const consumer = consumeAll(name);
    await consumer.waitForDeliveries(2);
    await server.client().appendToStream(`${stem}-yes`, bricksSorted(2, 2));
    await consumer.waitForDeliveries(4);
    expect(consumer.trays()).to.deep.equal([0, 1, 2, 3]);
    await consumer.leave();
  });

  it('keeps its filter when it is updated', async () => {
    const stem = freshStream('all-group');
    const startFrom = await endOfLog(server.client());
    const name = await joinAll({ startFrom }, streamNameFilter({ regex: `^${stem}-yes$` }));
    await server.client().updatePersistentSubscriptionToAll(name, allSettings({ startFrom, maxRetryCount: 3 }));
    await server.client().appendToStream(`${stem}-no`, bricksSorted(3, 100));
    await server.client().appendToStream(`${stem}-yes`, bricksSorted(2));
    const consumer = consumeAll(name);
    await consumer.waitForDeliveries(2);
    expect(consumer.trays()).to.deep.equal([0, 1]);
    expect((await server.client().getPersistentSubscriptionToAllInfo(name)).settings.maxRetryCount).to.equal(3);
    await consumer.leave();
  });

  it('includes the event at the position it starts from', async () => {
    const stream = freshStream('all-group');
    const { position } = await server.client().appendToStream(stream, bricksSorted(1));
    const name = await joinAll({ startFrom: position! }, streamNameFilter({ prefixes: [stream] }));
    const consumer = consumeAll(name);
    await consumer.waitForDeliveries(1);
    expect(consumer.deliveries[0]?.event?.position).to.deep.equal(position);
    expect((await server.client().getPersistentSubscriptionToAllInfo(name)).settings.startFrom).to.deep.equal(position);
    await consumer.leave();
  });

  it('parks and replays without ever delivering its own system events', async () => {
    const stream = freshStream('all-group');
    const startFrom = await endOfLog(server.client());
    const name = await joinAll({ startFrom, checkPointUpperBound: 1, checkPointLowerBound: 1 });
    await server.client().appendToStream(stream, bricksSorted(2));
    const consumer = consumeAll(name, false);
    const subscription = consumer.subscription;
    subscription.on('data', (delivery) => {
      const isFirst = (delivery.event?.data as { tray?: number } | undefined)?.tray === 0;
      const isOfStream = delivery.event?.streamId === stream;
      const firstTime = (delivery as { retryCount?: number }).retryCount === 0;
      const isFirstDelivery = consumer.deliveries.filter(({ event }) => event?.id === delivery.event?.id).length === 1;
      void (isOfStream && isFirst && firstTime && isFirstDelivery
        ? subscription.nack('park', 'look again', delivery)
        : subscription.ack(delivery));
    });
    const info = () => server.client().getPersistentSubscriptionToAllInfo(name);
    await eventually(async () => expect((await info()).stats.parkedMessageCount).to.equal(1n));
    await server.client().replayParkedMessagesToAll(name);
    const streamTrays = () => trays(consumer.deliveries.filter(({ event }) => event?.streamId === stream));
    await eventually(() => expect(streamTrays()).to.deep.equal([0, 1, 0]));
    const bookKeeping = `$persistentsubscription-$all::${name}`;
    const ownStreams = ({ event }: { event?: unknown }) =>
      (event as { streamId: string } | undefined)?.streamId.startsWith(bookKeeping) === true;
    expect(consumer.deliveries.filter(ownStreams)).to.deep.equal([]);
    expect((await readAll(server.client(), { fromPosition: startFrom })).filter(ownStreams)).to.deep.equal([]);
    expect(await readStream(server.client(), `${bookKeeping}-checkpoint`)).to.have.length.at.least(1);
    await consumer.leave();
  });
};

export const groupDeliveryContract = (server: Server): void => {
  describe('consuming a stream as a group', () => describeFlow(server));
  describe('consuming $all as a group', () => describeAll(server));
};
