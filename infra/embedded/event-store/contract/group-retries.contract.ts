import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { consume, newGroup, streamSettings, type Group } from './consumer.ts';
import { bricksSorted, freshStream, linkEvent, readStream, trays } from './events.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

/** Long enough for the server to notice a timeout, which it checks once a second. */
const noticedMs = 4_000;

const parkedCount = (group: Group, count: bigint) =>
  eventually(async () => expect((await group.info()).stats.parkedMessageCount).to.equal(count));

const describeNacks = (server: Server) => {
  it('retries before it delivers new events, and counts the retries', async () => {
    const group = await newGroup(server, {}, 3);
    const consumer = group.join({ bufferSize: 1 });
    for (const attempt of [0, 1, 2]) {
      const delivery = (await consumer.waitForDeliveries(attempt + 1))[attempt]!;
      expect([trays([delivery])[0], delivery.retryCount]).to.deep.equal([0, attempt]);
      await consumer.subscription.nack('retry', 'not yet', delivery);
    }
    const last = (await consumer.waitForDeliveries(4))[3]!;
    await consumer.subscription.ack(last);
    await consumer.waitForDeliveries(5);
    expect(consumer.trays()).to.deep.equal([0, 0, 0, 0, 1]);
    await consumer.leave();
  });

  it('parks a message that is retried beyond the limit', async () => {
    const group = await newGroup(server, { maxRetryCount: 2 }, 2);
    const consumer = group.join({ bufferSize: 1 });
    for (const attempt of [0, 1, 2]) {
      const delivery = (await consumer.waitForDeliveries(attempt + 1))[attempt]!;
      await consumer.subscription.nack('retry', 'never', delivery);
    }
    await consumer.waitForDeliveries(4);
    expect(consumer.trays()).to.deep.equal([0, 0, 0, 1]);
    expect(consumer.deliveries.map(({ retryCount }) => retryCount)).to.deep.equal([0, 1, 2, 0]);
    await parkedCount(group, 1n);
    await consumer.leave();
  });

  for (const action of ['skip', 'stop'] as const) {
    it(`counts ${action} as handled: the event is neither retried nor parked`, async () => {
      const group = await newGroup(server, {}, 3);
      const consumer = group.join({ bufferSize: 1 });
      const [first] = await consumer.waitForDeliveries(1);
      await consumer.subscription.nack(action, 'of no use', first!);
      const second = (await consumer.waitForDeliveries(2))[1]!;
      await consumer.subscription.ack(second);
      await consumer.waitForDeliveries(3);
      expect(consumer.trays()).to.deep.equal([0, 1, 2]);
      expect((await group.info()).stats).to.include({ parkedMessageCount: 0n, retryBufferCount: 0 });
      await consumer.leave();
    });
  }

  it('parks a link whose target is gone with the content of the link', async () => {
    const target = freshStream('gone');
    await server.client().appendToStream(target, bricksSorted(1));
    const links = freshStream('links');
    const name = `group-${randomUUID()}`;
    await server.client().appendToStream(links, linkEvent(`0@${target}`));
    await server.client().deleteStream(target);
    const settings = streamSettings({ resolveLinkTos: true });
    await server.client().createPersistentSubscriptionToStream(links, name, settings);
    const consumer = consume(server.client().subscribeToPersistentSubscriptionToStream(links, name));
    const [delivery] = await consumer.waitForDeliveries(1);
    expect(delivery?.event).to.equal(undefined);
    await consumer.subscription.nack('park', 'nothing there', delivery!);
    const parkedEvents = await eventually(async () => {
      const events = await readStream(server.client(), `$persistentsubscription-${links}::${name}-parked`);
      expect(events).to.have.length(1);
      return events;
    });
    expect(Buffer.from(parkedEvents[0]?.event?.data as Uint8Array).toString()).to.equal(`0@${target}`);
    await server.client().replayParkedMessagesToStream(links, name);
    const [, replayedDelivery] = await consumer.waitForDeliveries(2);
    expect(replayedDelivery?.event).to.equal(undefined);
    await consumer.leave();
  });

  it('parks as a link with the reason', async () => {
    const group = await newGroup(server, {}, 3);
    const consumer = group.join();
    const deliveries = await consumer.waitForDeliveries(3);
    await consumer.subscription.nack('park', 'no such part', deliveries[1]!);
    await parkedCount(group, 1n);
    const [parkedEvent] = await readStream(server.client(), group.parkedStream);
    expect(parkedEvent?.event?.type).to.equal('$>');
    expect(Buffer.from(parkedEvent?.event?.data as Uint8Array).toString()).to.equal(`1@${group.stream}`);
    const metadata = parkedEvent?.event?.metadata as { reason: string; added: string };
    expect(metadata.reason).to.include('no such part');
    expect(new Date(metadata.added).getTime()).to.be.above(0);
    const [resolvedEvent] = await readStream(server.client(), group.parkedStream, { resolveLinkTos: true });
    expect(trays([resolvedEvent!])).to.deep.equal([1]);
    await consumer.leave();
  });

  it('applies one nack to many events', async () => {
    const group = await newGroup(server, {}, 5);
    const consumer = group.join();
    const deliveries = [...(await consumer.waitForDeliveries(5))];
    await consumer.subscription.nack('park', 'all of them', ...deliveries);
    await parkedCount(group, 5n);
    await consumer.leave();
  });

  it('ignores a second answer for the same delivery and answers for messages it never delivered', async () => {
    const [group, other] = [await newGroup(server, {}, 2), await newGroup(server, {}, 1)];
    const [consumer, stranger] = [group.join({ bufferSize: 1 }), other.join()];
    const [first] = await consumer.waitForDeliveries(1);
    const [foreign] = await stranger.waitForDeliveries(1);
    await consumer.subscription.ack(first!);
    await consumer.subscription.ack(first!);
    await consumer.subscription.nack('park', 'too late', first!, foreign!);
    await consumer.waitForDeliveries(2);
    await sleep(200);
    expect((await group.info()).stats).to.include({ parkedMessageCount: 0n, totalInFlightMessages: 1 });
    await consumer.leave();
    await stranger.leave();
  });
};

const describeTimeouts = (server: Server) => {
  it('delivers a message again that was not acknowledged in time', async () => {
    const group = await newGroup(server, { messageTimeout: 500 }, 1);
    const consumer = group.join();
    await consumer.waitForDeliveries(2, noticedMs);
    expect(consumer.trays()).to.deep.equal([0, 0]);
    expect(consumer.deliveries.map(({ retryCount }) => retryCount)).to.deep.equal([0, 1]);
    await consumer.subscription.ack(consumer.deliveries[1]!);
    await eventually(async () => expect((await group.info()).stats.totalInFlightMessages).to.equal(0));
    await consumer.leave();
  });

  it('parks a message that timed out too often', async function () {
    this.timeout(20_000);
    const group = await newGroup(server, { messageTimeout: 200, maxRetryCount: 1 }, 1);
    const consumer = group.join();
    await consumer.waitForDeliveries(2, noticedMs);
    await parkedCount(group, 1n);
    const [parkedEvent] = await readStream(server.client(), group.parkedStream);
    expect((parkedEvent?.event?.metadata as { reason: string }).reason).to.include('retry count of 1');
    await sleep(1_500);
    expect(consumer.deliveries).to.have.length(2);
    await consumer.leave();
  });

  it('reads a timeout of zero as an immediate one, not as none', async function () {
    this.timeout(20_000);
    const group = await newGroup(server, { messageTimeout: 0, maxRetryCount: 1 }, 1);
    const consumer = group.join();
    await consumer.waitForDeliveries(2, noticedMs);
    await parkedCount(group, 1n);
    await consumer.leave();
  });

  it('does not time out acknowledged messages', async () => {
    const group = await newGroup(server, { messageTimeout: 300 }, 5);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(5);
    await sleep(2_300);
    expect(consumer.trays()).to.deep.equal([0, 1, 2, 3, 4]);
    await consumer.leave();
  });
};

const describeReplays = (server: Server) => {
  const parkedGroup = async (count: number) => {
    const group = await newGroup(server, {}, count);
    const consumer = group.join({ bufferSize: 100 });
    await consumer.subscription.nack('park', 'later', ...[...(await consumer.waitForDeliveries(count))]);
    await parkedCount(group, BigInt(count));
    consumer.deliveries.length = 0;
    return { group, consumer };
  };

  it('delivers all parked messages as if for the first time', async () => {
    const { group, consumer } = await parkedGroup(4);
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    await consumer.waitForDeliveries(4);
    expect(consumer.trays()).to.deep.equal([0, 1, 2, 3]);
    expect(consumer.deliveries.map(({ retryCount }) => retryCount)).to.deep.equal([0, 0, 0, 0]);
    await parkedCount(group, 0n);
    await consumer.leave();
  });

  it('reads stopAt as the first revision of the parked stream that stays', async () => {
    const { group, consumer } = await parkedGroup(5);
    await server.client().replayParkedMessagesToStream(group.stream, group.name, { stopAt: 2 });
    await consumer.waitForDeliveries(2);
    await parkedCount(group, 3n);
    await server.client().replayParkedMessagesToStream(group.stream, group.name, { stopAt: 4 });
    await consumer.waitForDeliveries(4);
    await parkedCount(group, 1n);
    await sleep(200);
    expect(consumer.trays()).to.deep.equal([0, 1, 2, 3]);
    await consumer.leave();
  });

  it('counts messages that a lower stopAt leaves out as parked again', async () => {
    const { group, consumer } = await parkedGroup(4);
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    await consumer.subscription.ack(...[...(await consumer.waitForDeliveries(4))]);
    await parkedCount(group, 0n);
    await server.client().replayParkedMessagesToStream(group.stream, group.name, { stopAt: 1 });
    await parkedCount(group, 3n);
    expect(consumer.deliveries).to.have.length(4);
    await consumer.leave();
  });

  it('parks a message again that fails again', async () => {
    const { group, consumer } = await parkedGroup(2);
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    const [first, second] = await consumer.waitForDeliveries(2);
    await consumer.subscription.ack(first!);
    await consumer.subscription.nack('park', 'still not', second!);
    await parkedCount(group, 1n);
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    await consumer.waitForDeliveries(3);
    expect(consumer.trays()).to.deep.equal([0, 1, 1]);
    await consumer.leave();
  });

  it('does nothing when no message is parked', async () => {
    const group = await newGroup(server, {}, 1);
    const consumer = group.join({ acknowledges: true });
    await consumer.waitForDeliveries(1);
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    await sleep(200);
    expect(consumer.deliveries).to.have.length(1);
    await consumer.leave();
  });

  it('skips messages that have been truncated meanwhile', async () => {
    const { group, consumer } = await parkedGroup(3);
    await server.client().setStreamMetadata(group.stream, { truncateBefore: 2 });
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    await eventually(() => expect(consumer.deliveries.some(({ event }) => event?.revision === 2n)).to.equal(true));
    expect(consumer.errors).to.deep.equal([]);
    await consumer.leave();
  });

  server.itAfterRestart('knows after a restart what was parked', async function () {
    this.timeout(60_000);
    const { group } = await parkedGroup(3);
    await server.restart();
    await parkedCount(group, 3n);
    await server.client().replayParkedMessagesToStream(group.stream, group.name);
    const consumer = group.join();
    await eventually(() => expect(new Set(consumer.trays())).to.deep.equal(new Set([0, 1, 2])), 10_000);
    await consumer.leave();
  });
};

export const groupRetriesContract = (server: Server): void => {
  describe('not acknowledging', () => describeNacks(server));
  describe('timing out messages', () => describeTimeouts(server));
  describe('replaying parked messages', () => describeReplays(server));

  describe('a group of a stream that does not exist yet', () => {
    it('waits without an error', async () => {
      const group = await newGroup(server);
      const consumer = group.join({ acknowledges: true });
      await sleep(100);
      expect(consumer.deliveries).to.deep.equal([]);
      await group.append(1);
      await consumer.waitForDeliveries(1);
      expect(consumer.errors).to.deep.equal([]);
      await consumer.leave();
    });
  });
};
