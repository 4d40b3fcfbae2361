import { randomUUID } from 'node:crypto';
import {
  DISPATCH_TO_SINGLE,
  END,
  persistentSubscriptionToStreamSettingsFromDefaults,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionFailedError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  PINNED,
  START,
  StreamNotFoundError,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { allSettings, consume, newGroup, streamSettings, storedCheckpoint } from './consumer.ts';
import { freshStream, readStream, rejectionOf } from './events.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const describeCreating = (server: Server) => {
  it('keeps every setting', async () => {
    const settings: PersistentSubscriptionToStreamSettings = {
      startFrom: 7n,
      resolveLinkTos: true,
      extraStatistics: true,
      messageTimeout: 12_345,
      maxRetryCount: 4,
      checkPointAfter: 3_210,
      checkPointLowerBound: 6,
      checkPointUpperBound: 60,
      maxSubscriberCount: 3,
      liveBufferSize: 222,
      readBatchSize: 11,
      historyBufferSize: 333,
      consumerStrategyName: PINNED,
    };
    const { info } = await newGroup(server, settings);
    expect((await info()).settings).to.deep.equal(settings);
  });

  for (const startFrom of [START, END] as const) {
    it(`keeps the default settings and the ${startFrom} as such`, async () => {
      const { info, stream, name } = await newGroup(server, { startFrom });
      const { settings, eventSource, groupName } = await info();
      expect({ eventSource, groupName }).to.deep.equal({ eventSource: stream, groupName: name });
      expect(settings).to.deep.equal(persistentSubscriptionToStreamSettingsFromDefaults({ startFrom }));
    });
  }

  it('refuses a second group of that name on the stream, and allows it on another', async () => {
    const { stream, name } = await newGroup(server);
    const refusal = await rejectionOf(
      server.client().createPersistentSubscriptionToStream(stream, name, streamSettings()),
    );
    expect(refusal).to.be.instanceOf(PersistentSubscriptionExistsError);
    expect(refusal).to.include({ streamName: stream, groupName: name });
    await server.client().createPersistentSubscriptionToStream(freshStream(), name, streamSettings());
  });

  it('refuses a read batch that fills the history buffer', async () => {
    const unfit = streamSettings({ readBatchSize: 20, historyBufferSize: 20 });
    const refusal = await rejectionOf(
      server.client().createPersistentSubscriptionToStream(freshStream(), 'unfit', unfit),
    );
    expect(refusal).to.be.instanceOf(PersistentSubscriptionFailedError);
  });

  it('refuses a group on $all that begins beyond the end', async () => {
    const beyond = { commit: 9_000_000_000_000n, prepare: 9_000_000_000_000n };
    const refusal = await rejectionOf(
      server.client().createPersistentSubscriptionToAll(`group-${randomUUID()}`, allSettings({ startFrom: beyond })),
    );
    expect(refusal).to.be.instanceOf(PersistentSubscriptionFailedError);
  });

  it('refuses a group on $all from a prepare position beyond the commit position, and one on the stream $all', async () => {
    const name = `group-${randomUUID()}`;
    const beyond = allSettings({ startFrom: { commit: 0n, prepare: 1n } });
    for (const attempt of [
      () => server.client().createPersistentSubscriptionToAll(name, beyond),
      () => server.client().createPersistentSubscriptionToStream('$all', name, streamSettings()),
    ])
      expect(await rejectionOf(attempt())).to.be.instanceOf(Error);
    const groups = await server.client().listAllPersistentSubscriptions();
    expect(groups.map(({ groupName }) => groupName)).not.to.include(name);
  });
};

const describeMissing = (server: Server) => {
  const missingGroup = { streamName: 'nowhere', groupName: 'nobody' };
  const attempts: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      'joined',
      () => consume(server.client().subscribeToPersistentSubscriptionToStream('nowhere', 'nobody')).waitForError(),
    ],
    [
      'updated',
      () => rejectionOf(server.client().updatePersistentSubscriptionToStream('nowhere', 'nobody', streamSettings())),
    ],
    ['deleted', () => rejectionOf(server.client().deletePersistentSubscriptionToStream('nowhere', 'nobody'))],
    ['described', () => rejectionOf(server.client().getPersistentSubscriptionToStreamInfo('nowhere', 'nobody'))],
    ['replayed', () => rejectionOf(server.client().replayParkedMessagesToStream('nowhere', 'nobody'))],
  ];
  for (const [action, attempt] of attempts) {
    it(`cannot be ${action}`, async () => {
      const refusal = await attempt();
      expect(refusal).to.be.instanceOf(PersistentSubscriptionDoesNotExistError);
      expect(refusal).to.include(missingGroup);
    });
  }

  it('is not listed, nor is its stream', async () => {
    const refusal = await rejectionOf(server.client().listPersistentSubscriptionsToStream(freshStream()));
    expect(refusal).to.be.instanceOf(PersistentSubscriptionDoesNotExistError);
  });
};

const describeListing = (server: Server) => {
  it('lists the groups of a stream and of all streams', async () => {
    const group = await newGroup(server);
    await server.client().createPersistentSubscriptionToStream(group.stream, 'other', streamSettings());
    const ofStream = await server.client().listPersistentSubscriptionsToStream(group.stream);
    expect(ofStream.map(({ groupName }) => groupName)).to.have.members([group.name, 'other']);
    const all = await server.client().listAllPersistentSubscriptions();
    expect(all.filter(({ eventSource }) => eventSource === group.stream)).to.have.length(2);
  });

  it('lists the groups of $all apart from those of streams', async () => {
    const name = `group-${randomUUID()}`;
    await server.client().createPersistentSubscriptionToAll(name, allSettings());
    const groups = await server.client().listPersistentSubscriptionsToAll();
    expect(groups.map(({ groupName }) => groupName)).to.include(name);
    expect(new Set(groups.map(({ eventSource }) => eventSource))).to.deep.equal(new Set(['$all']));
    await server.client().deletePersistentSubscriptionToAll(name);
  });
};

const describeUpdating = (server: Server) => {
  it('drops the consumers and applies the new settings', async () => {
    const group = await newGroup(server, {}, 1);
    const consumer = group.join();
    await consumer.waitForDeliveries(1);
    const newSettings = streamSettings({ maxRetryCount: 2, consumerStrategyName: DISPATCH_TO_SINGLE });
    await server.client().updatePersistentSubscriptionToStream(group.stream, group.name, newSettings);
    const dropError = await consumer.waitForError();
    expect(dropError).to.be.instanceOf(PersistentSubscriptionDroppedError);
    expect(dropError).to.include({ streamName: group.stream, groupName: group.name });
    expect((await group.info()).settings).to.deep.equal(newSettings);
  });

  it('continues from the checkpoint although the update names another start', async () => {
    const group = await newGroup(server, { checkPointUpperBound: 1, checkPointLowerBound: 1 }, 5);
    const first = group.join();
    await first.subscription.ack(...(await first.waitForDeliveries(5)));
    await storedCheckpoint(server, group, '4');
    await server.client().updatePersistentSubscriptionToStream(group.stream, group.name, streamSettings());
    const second = group.join();
    await group.append(1, 5);
    await second.waitForDeliveries(1);
    await sleep(100);
    expect(second.trays()).to.deep.equal([5]);
    await second.leave();
  });

  it('refuses settings that creating would refuse', async () => {
    const group = await newGroup(server);
    const unfit = streamSettings({ readBatchSize: 20, historyBufferSize: 20 });
    const update = server.client().updatePersistentSubscriptionToStream(group.stream, group.name, unfit);
    expect(await rejectionOf(update)).to.be.instanceOf(PersistentSubscriptionFailedError);
  });
};

const describeDeleting = (server: Server) => {
  it('drops the consumers and removes the group', async () => {
    const group = await newGroup(server, {}, 1);
    const consumer = group.join();
    await consumer.waitForDeliveries(1);
    await server.client().deletePersistentSubscriptionToStream(group.stream, group.name);
    expect(await consumer.waitForError()).to.be.instanceOf(PersistentSubscriptionDroppedError);
    expect(await rejectionOf(group.info())).to.be.instanceOf(PersistentSubscriptionDoesNotExistError);
  });

  it('removes checkpoint and parked events, so that the group can begin anew', async () => {
    const group = await newGroup(server, { checkPointUpperBound: 1, checkPointLowerBound: 1 }, 3);
    const consumer = group.join();
    const [first, ...otherDeliveries] = [...(await consumer.waitForDeliveries(3))];
    await consumer.subscription.nack('park', 'too heavy', first!);
    await consumer.subscription.ack(...otherDeliveries);
    await eventually(async () =>
      expect(await readStream(server.client(), group.checkpointStream)).to.have.length.at.least(1),
    );
    await eventually(async () => expect(await readStream(server.client(), group.parkedStream)).to.have.length(1));
    await server.client().deletePersistentSubscriptionToStream(group.stream, group.name);
    for (const stream of [group.checkpointStream, group.parkedStream]) {
      await eventually(async () =>
        expect(await rejectionOf(readStream(server.client(), stream))).to.be.instanceOf(StreamNotFoundError),
      );
    }
    await server.client().createPersistentSubscriptionToStream(group.stream, group.name, streamSettings());
    const again = group.join({ acknowledges: true });
    expect(await again.waitForDeliveries(3)).to.have.length(3);
    await again.leave();
  });
};

const describeSeats = (server: Server) => {
  it('refuses more consumers than allowed until one leaves', async () => {
    const group = await newGroup(server, { maxSubscriberCount: 1 }, 1);
    const first = group.join();
    await first.waitForDeliveries(1);
    const second = group.join();
    const refusal = await second.waitForError();
    expect(refusal).to.be.instanceOf(PersistentSubscriptionMaximumSubscribersReachedError);
    expect(refusal).to.include({ streamName: group.stream, groupName: group.name });
    await first.leave();
    await eventually(async () => expect((await group.info()).connections).to.deep.equal([]));
    const third = group.join();
    await third.waitForDeliveries(1);
    await third.leave();
  });
};

const describeSurviving = (server: Server) => {
  server.itAfterRestart('brings every group back with its settings', async function () {
    this.timeout(60_000);
    const group = await newGroup(server, { maxRetryCount: 3, startFrom: 4n, consumerStrategyName: PINNED });
    const deletedGroup = await newGroup(server);
    await server.client().deletePersistentSubscriptionToStream(deletedGroup.stream, deletedGroup.name);
    const before = (await group.info()).settings;
    await server.restart();
    await eventually(async () => expect((await group.info()).settings).to.deep.equal(before), 15_000);
    expect(await rejectionOf(deletedGroup.info())).to.be.instanceOf(PersistentSubscriptionDoesNotExistError);
  });

  it('drops all consumers when the subsystem restarts, and serves them again', async function () {
    this.timeout(30_000);
    const group = await newGroup(server, {}, 2);
    const consumer = group.join();
    await consumer.waitForDeliveries(2);
    await server.client().restartPersistentSubscriptionSubsystem();
    await consumer.waitForError();
    await eventually(async () => {
      const again = group.join();
      await again.waitForDeliveries(2, 1_000);
      await again.leave();
    }, 15_000);
  });
};

export const groupLifecycleContract = (server: Server): void => {
  describe('creating a subscription group', () => describeCreating(server));
  describe('a subscription group that does not exist', () => describeMissing(server));
  describe('listing subscription groups', () => describeListing(server));
  describe('updating a subscription group', () => describeUpdating(server));
  describe('deleting a subscription group', () => describeDeleting(server));
  describe('the consumer limit of a subscription group', () => describeSeats(server));
  describe('a restart with subscription groups', () => describeSurviving(server));
};
