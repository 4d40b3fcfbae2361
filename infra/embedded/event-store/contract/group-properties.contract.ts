import { expect } from 'chai';
import fc from 'fast-check';
import { newGroup, type Delivery } from './consumer.ts';
import * as model from './group-model.ts';
import type { Server } from './server.ts';
import { eventually, sleep } from './waiting.ts';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('ack', 'retry', 'skip', 'park'), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'replay' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const predict = (
  group: model.ModelGroup,
  next: Exclude<Step, { kind: 'append' | 'replay' }>,
  message: model.Message,
) => {
  if (next.kind === 'retry') return model.retry(group, message);
  return next.kind === 'park' ? model.park(group, message) : model.settle(group, message);
};

const asSent = ({ event, retryCount }: Delivery): model.SentMessage => ({
  revision: Number(event?.revision),
  retryCount,
});

const describeOneConsumer = (server: Server) => {
  const livesAsModelled = async (bufferSize: number, maxRetryCount: number, steps: readonly Step[]) => {
    let predictedGroup = model.newGroup(bufferSize, maxRetryCount);
    const group = await newGroup(server, { maxRetryCount });
    const consumer = group.join({ bufferSize });

    const perform = async (next: Step) => {
      if (next.kind === 'append') {
        await group.append(next.count, predictedGroup.appended);
        predictedGroup = model.append(predictedGroup, next.count);
        return;
      }
      if (next.kind === 'replay') {
        await server.client().replayParkedMessagesToStream(group.stream, group.name);
        predictedGroup = model.replay(predictedGroup);
        return;
      }
      const message = predictedGroup.inFlight[next.which % Math.max(1, predictedGroup.inFlight.length)];
      if (message === undefined) return;
      const delivery = consumer.deliveries.findLast(({ event }) => Number(event?.revision) === message.revision)!;
      if (next.kind === 'ack') await consumer.subscription.ack(delivery);
      else await consumer.subscription.nack(next.kind, 'as drawn', delivery);
      predictedGroup = predict(predictedGroup, next, message);
    };

    const agree = () =>
      eventually(async () => {
        expect(consumer.deliveries.map(asSent)).to.deep.equal(predictedGroup.deliveries);
        const { stats } = await group.info();
        expect(stats.parkedMessageCount).to.equal(BigInt(predictedGroup.parked.length));
        expect(stats.totalInFlightMessages).to.equal(predictedGroup.inFlight.length);
      });

    for (const next of steps) {
      await perform(next);
      await agree();
    }
    await consumer.leave();
    await server.client().deletePersistentSubscriptionToStream(group.stream, group.name);
  };

  it('delivers the messages that the model predicts, in that order', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        livesAsModelled,
      ),
      { numRuns: 25, endOnFailure: false },
    );
  });
};

const hardship = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ack'), count: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'leave' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'idle' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);
type Hardship = typeof hardship extends fc.Arbitrary<infer T> ? T : never;

/** Consumers come and go, time passes, the server dies: in the end every event must have been handled. */
const describeHardship = (server: Server) => {
  const losesNothing = async (bufferSize: number, steps: readonly Hardship[]) => {
    const settings = { messageTimeout: 700, maxRetryCount: 1_000, checkPointUpperBound: 3, checkPointLowerBound: 1 };
    const group = await newGroup(server, settings);
    const deliveredRevisions = new Set<number>();
    let appendedCount = 0;
    let consumer = group.join({ bufferSize });
    const acknowledgedIds = new Set<number>();
    let suspendedCount = 0;

    const acknowledge = async (count: number) => {
      const latest = new Map(consumer.deliveries.map((delivery) => [asSent(delivery).revision, delivery]));
      const open = [...latest].filter(([revision]) => !acknowledgedIds.has(revision)).slice(0, count);
      if (open.length === 0) return;
      await consumer.subscription.ack(...open.map(([, delivery]) => delivery));
      for (const [revision] of open) acknowledgedIds.add(revision);
    };
    const change = async (meanwhile: () => Promise<void>) => {
      for (const delivery of consumer.deliveries) deliveredRevisions.add(asSent(delivery).revision);
      await meanwhile();
      consumer = group.join({ bufferSize });
      suspendedCount += 1;
    };
    const perform = async (next: Hardship) => {
      switch (next.kind) {
        case 'append':
          await group.append(next.count, appendedCount);
          appendedCount += next.count;
          return;
        case 'ack':
          await sleep(20);
          return acknowledge(next.count);
        case 'leave':
          return change(() => consumer.leave());
        case 'idle':
          await sleep(1_800);
          return;
        case 'restart':
          // After a restart, messages acknowledged beyond the checkpoint are delivered again.
          return change(async () => {
            await server.restart();
            acknowledgedIds.clear();
          });
      }
    };

    for (const next of steps) await perform(next);
    await consumer.leave();
    const last = group.join({ acknowledges: true });
    await eventually(() => {
      const all = new Set([
        ...deliveredRevisions,
        ...acknowledgedIds,
        ...[...consumer.deliveries, ...last.deliveries].map((d) => asSent(d).revision),
      ]);
      expect(all.size, `events seen by ${suspendedCount + 2} consumers`).to.equal(appendedCount);
    }, 8_000);
    await eventually(async () => {
      const { stats } = await group.info();
      expect({ flying: stats.totalInFlightMessages, parked: stats.parkedMessageCount }).to.deep.equal({
        flying: 0,
        parked: 0n,
      });
    }, 8_000);
    const repeatedInVain = last.deliveries.filter((delivery) => acknowledgedIds.has(asSent(delivery).revision));
    expect(repeatedInVain.map(asSent), 'acknowledged, yet delivered to a later consumer').to.deep.equal([]);
    await last.leave();
  };

  server.itAfterRestart('loses no event, and repeats none that was acknowledged', async function () {
    this.timeout(180_000);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(hardship, { minLength: 5, maxLength: 12 }),
        losesNothing,
      ),
      { numRuns: 5, endOnFailure: true },
    );
  });
};

export const groupPropertiesContract = (server: Server): void => {
  describe('any history of a group with one consumer', () => describeOneConsumer(server));
  describe('any history of a group with crashes and timeouts', () => describeHardship(server));
};
