import { expect } from 'chai';
import fc from 'fast-check';
import { smallWorld, type SmallWorld } from '../testing/small-world.ts';
import { CONSUMER_STRATEGIES } from './settings.ts';

/** The inputs of a group. Numbers choose among the messages or consumers of that moment. */
const groupInput = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('happens' as const), count: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('joins' as const), bufferSize: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('acks' as const), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('nacks' as const),
      which: fc.nat(),
      action: fc.constantFrom('park' as const, 'retry' as const, 'skip' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('passes' as const), ms: fc.integer({ min: 1, max: 6_000 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('leaves' as const, 'pauses' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('replays' as const), stopAt: fc.option(fc.nat(20)) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restarts' as const) }) },
);

type GroupInput = typeof groupInput extends fc.Arbitrary<infer One> ? One : never;

const settings = fc.record({
  strategy: fc.constantFrom(...CONSUMER_STRATEGIES),
  messageTimeoutMs: fc.constantFrom(0, 2_000, 30_000),
  maxRetryCount: fc.integer({ min: 0, max: 3 }),
  minCheckpointCount: fc.integer({ min: 0, max: 4 }),
  maxCheckpointCount: fc.integer({ min: 1, max: 6 }),
  readBatchSize: fc.integer({ min: 1, max: 3 }),
  historyBufferSize: fc.integer({ min: 4, max: 8 }),
  liveBufferSize: fc.integer({ min: 1, max: 4 }),
});

const pick = <T>(all: Iterable<T>, index: number): T | undefined => {
  const list = [...all];
  return list[index % Math.max(1, list.length)];
};

/** Applies inputs to the small world and records which events were acknowledged or skipped. */
const observe = (world: SmallWorld) => {
  const finishedNames = new Set<string>();
  let names = 0;

  const answer = (id: string | undefined, action: 'ack' | 'park' | 'retry' | 'skip'): void => {
    if (id === undefined) return;
    if (action === 'ack' || action === 'skip') finishedNames.add(id.replace('parked ', ''));
    if (action === 'ack') world.acks(id);
    else world.nacks(action, id);
  };
  const disconnect = (id: string | undefined, how: 'leaves' | 'pauses'): void => {
    if (id !== undefined) world[how](id);
  };

  const applyInput = (input: GroupInput): void => {
    const { flights, consumers } = world.group();
    switch (input.what) {
      case 'happens':
        world.happens(
          ...Array.from({ length: input.count }, () => ({ name: `e${String(names++)}`, bucket: names % 5 })),
        );
        return;
      case 'joins':
        world.joins(`consumer ${String(names++)}`, input.bufferSize);
        return;
      case 'acks':
        answer(pick(flights.keys(), input.which), 'ack');
        return;
      case 'nacks':
        answer(pick(flights.keys(), input.which), input.action);
        return;
      case 'passes':
        world.passes(input.ms);
        return;
      case 'leaves':
      case 'pauses':
        disconnect(pick(consumers.keys(), input.which), input.what);
        return;
      case 'replays':
        world.replays(input.stopAt === null ? undefined : BigInt(input.stopAt));
        return;
      case 'restarts':
        world.restarts();
        return;
    }
  };

  /** Acknowledges the messages in flight until none is left. */
  const acknowledgeAll = (): void => {
    for (let round = 0; world.group().flights.size > 0; round += 1) {
      if (round > 2_000) throw new Error('There is no end of messages');
      const ids = [...world.group().flights.keys()];
      for (const id of ids) finishedNames.add(id.replace('parked ', ''));
      world.acks(...ids);
    }
  };
  /** Replaces all consumers by one that acknowledges everything. */
  const replaceConsumers = (): void => {
    for (const id of [...world.group().consumers.keys()]) world.leaves(id);
    world.joins('diligent', 3);
    acknowledgeAll();
  };

  return {
    applyInput,
    replaceConsumers,
    acknowledgeAll,
    finished: finishedNames,
    isDone: (name: string) => finishedNames.has(name) || world.parked.includes(name),
  };
};

const checkInvariants = (world: SmallWorld, isDone: (name: string) => boolean): void => {
  const { consumers, flights, settings: limits } = world.group();
  for (const consumer of consumers.values()) {
    const inFlight = [...flights.values()].filter((flight) => flight.consumer === consumer);
    expect(inFlight).to.have.length(consumer.inFlight);
    expect(consumer.inFlight).to.be.at.most(consumer.bufferSize);
  }
  for (const { message } of flights.values()) expect(message.retryCount).to.be.at.most(limits.maxRetryCount);
  // The last page read from history may exceed the buffer.
  const { historyBufferSize, liveBufferSize, readBatchSize } = limits;
  expect(world.group().fresh.length).to.be.at.most(historyBufferSize + Math.max(liveBufferSize, readBatchSize - 1));

  const behindCheckpoint = world.source.slice(0, Number(world.durable.checkpoint ?? -1n) + 1);
  expect(behindCheckpoint.map(({ name }) => name).filter((name) => !isDone(name))).to.deep.equal([]);
};

describe('a consumer group, with any inputs', () => {
  it('has no more messages in flight than room, and no checkpoint beyond an unfinished event', () => {
    fc.assert(
      fc.property(settings, fc.array(groupInput, { maxLength: 60 }), (changes, inputs) => {
        const world = smallWorld(changes);
        const { applyInput, isDone } = observe(world);
        for (const input of inputs) {
          applyInput(input);
          checkInvariants(world, isDone);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finishes every event, and moves the checkpoint to the last', () => {
    fc.assert(
      fc.property(settings, fc.array(groupInput, { maxLength: 60 }), (changes, inputs) => {
        const world = smallWorld({ ...changes, checkpointAfterMs: 0, minCheckpointCount: 0 });
        const { applyInput, isDone, replaceConsumers } = observe(world);
        for (const input of inputs) applyInput(input);
        replaceConsumers();
        expect(world.source.map(({ name }) => name).filter((name) => !isDone(name))).to.deep.equal([]);

        world.passes(1);
        expect(world.durable.checkpoint ?? -1n).to.equal(BigInt(world.source.length) - 1n);
      }),
      { numRuns: 300 },
    );
  });

  it('loses no parked message: a replay delivers all of them', () => {
    fc.assert(
      fc.property(settings, fc.array(groupInput, { maxLength: 40 }), (changes, inputs) => {
        const world = smallWorld(changes);
        const { applyInput, replaceConsumers, acknowledgeAll, finished: finishedNames } = observe(world);
        for (const input of inputs) applyInput(input);
        replaceConsumers();
        world.replays();
        acknowledgeAll();
        expect(world.source.map(({ name }) => name).filter((name) => !finishedNames.has(name))).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });
});
