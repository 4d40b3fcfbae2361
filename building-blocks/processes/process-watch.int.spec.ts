import { expect } from 'chai';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import { systemClock } from '@lego-moc/application/clock';
import { newId } from '@lego-moc/application/new-id';
import { processRunner } from '@lego-moc/application/process-runner';
import { codecFor } from '@lego-moc/event-codec/codec';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Message } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import { silentLogger } from '@lego-moc/logger/logger';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { followProjection } from '@lego-moc/read-models/run-projection';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { isOver, openInstances, quietInstances } from './open-instances.ts';
import { takeOverQuiet } from './process-watch.ts';

type Step = Message<'Ordered' | 'Packed' | 'Overslept', Record<string, never>>;
type State = 'nothing' | 'ordered' | 'packed' | 'overslept';
type Pack = Message<'Pack', Record<string, never>>;

const empty = z.object({}).transform(() => ({}) as Record<string, never>);
const codec = codecFor<Step>('toys', {
  Ordered: [{ schema: empty }],
  Packed: [{ schema: empty }],
  Overslept: [{ schema: empty }],
});
const step = (type: Step['type']): Step => ({ type, data: {} });

const LIMIT_MS = 300;
const QUIET_MS = 100;

const packing = (name: string): Process<Step, State, Pack> => ({
  name,
  initial: 'nothing',
  evolve: (state, { type }) => {
    if (type === 'Ordered') return state === 'nothing' ? 'ordered' : state;
    return type === 'Packed' ? 'packed' : 'overslept';
  },
  due: (state) => (state === 'ordered' ? [{ type: 'Pack', data: {} }] : []),
  overdue: (state, lastMovedAt, now) =>
    state === 'ordered' && msBetween(lastMovedAt, now) > LIMIT_MS ? [step('Overslept')] : [],
});

describe('isOver', () => {
  it('is true when nothing is due and no time changes that', () => {
    expect(isOver(packing('packing'), 'ordered')).to.equal(false);
    expect(isOver(packing('packing'), 'packed')).to.equal(true);
  });
});

describe('takeOverQuiet', function () {
  this.timeout(60_000);
  let db: Database;

  before(async () => {
    const postgres = await postgresForTests();
    db = openDatabase(await postgres.databaseUrl('processes'), { schema: 'processes' });
    closeAfterAllTests(() => db.close());
  });

  const packingWith = async (pack: () => Promise<readonly Step[]>) => {
    const { client } = await eventStoreForTests();
    const process = packing(`packing${newId().replaceAll('-', '')}`);
    const streams = eventStoreDbStreams(client, process.name, codec);
    const store = postgresReadModels(db);
    await store.prepare(streamDefinition(openInstances(process), codec));
    const following = followProjection(
      { client, store, context: 'toys', logger: silentLogger },
      openInstances(process),
      codec,
    );
    closeAfterAllTests(() => following.stop());
    const quiet = quietInstances(db, process);
    const runner = processRunner(process, streams, pack, systemClock);
    const watchOptions = { process, runner, quiet, logger: silentLogger, now: systemClock, quietMs: QUIET_MS };
    const append = async (id: string, ...types: Step['type'][]): Promise<void> => {
      const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
      await streams.append(id, types.map(step), 'any', cause);
    };
    const open = () => store.count(openInstances(process).name);
    // Past everything that a used store holds: an instance that is seen late has run out of its short time.
    const earlierId = newId();
    await append(earlierId, 'Ordered');
    await pollUntil('the read model follows', async () => (await open()) === 1);
    await append(earlierId, 'Packed');
    await pollUntil('no instance is open', async () => (await open()) === 0);
    return {
      append,
      takeOver: takeOverQuiet(watchOptions),
      stateOf: async (id: string): Promise<State> => (await runner.load(id)).state,
      open,
    };
  };

  it('carries on an instance that is quiet, and leaves one that moved a moment ago', async () => {
    let packCount = 0;
    const { append, takeOver, stateOf, open } = await packingWith(() => {
      packCount += 1;
      return Promise.resolve([step('Packed')]);
    });
    const id = newId();
    await append(id, 'Ordered');
    await pollUntil('it is open', async () => (await open()) === 1);
    expect(packCount).to.equal(0);
    await pollUntil('it is quiet', async () => {
      await takeOver();
      return (await stateOf(id)) === 'packed';
    });
    await pollUntil('none is open', async () => (await open()) === 0);
    await takeOver();
    expect(packCount).to.equal(1);
  });

  it('tries an instance again whose step returned nothing, until its time has run out', async () => {
    let calls = 0;
    const { append, takeOver, stateOf } = await packingWith(() => {
      calls += 1;
      return Promise.resolve([]);
    });
    const id = newId();
    await append(id, 'Ordered');
    await pollUntil('its time has run out', async () => {
      await takeOver();
      return (await stateOf(id)) === 'overslept';
    });
    expect(calls).to.be.greaterThan(1);
  });

  it('goes on with the next instance when a step throws', async () => {
    let calls = 0;
    const { append, takeOver, stateOf, open } = await packingWith(() => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('no paper')) : Promise.resolve([step('Packed')]);
    });
    const ids = [newId(), newId()];
    for (const id of ids) await append(id, 'Ordered');
    await pollUntil('both are open', async () => (await open()) === 2);
    await pollUntil('both are packed', async () => {
      await takeOver();
      return (await Promise.all(ids.map(stateOf))).every((state) => state === 'packed');
    });
  });

  it('checks an instance once that went on after its end', async () => {
    let reads = 0;
    const { client } = await eventStoreForTests();
    const process = packing(`packing${newId().replaceAll('-', '')}`);
    const streams = eventStoreDbStreams(client, process.name, codec);
    const id = newId();
    const movedAt = systemClock();
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    await streams.append(
      id,
      ['Ordered', 'Packed', 'Packed'].map((type) => step(type as Step['type'])),
      'any',
      cause,
    );
    const runner = processRunner(process, streams, () => Promise.resolve([]), systemClock);
    const round = takeOverQuiet({
      process,
      runner: {
        ...runner,
        checkTimeout: (instance) => {
          reads += 1;
          return runner.checkTimeout(instance);
        },
      },
      quiet: async function* () {
        yield { id, movedAt };
      },
      logger: silentLogger,
      now: systemClock,
    });
    await round();
    await round();
    expect(reads).to.equal(1);
  });
});

describe('openInstances', () => {
  const { evolve } = openInstances(packing('packing'));
  const createEvent = (type: Step['type'], revision: bigint) => ({
    ...{ event: step(type), eventId: newId(), stream: 'packing-1', id: '1', revision, recordedAt: systemClock() },
    cause: { commandId: newId(), correlationId: newId(), actor: 'ada' },
  });

  it('has a row for an instance that is not over, and none for one that is', () => {
    const row = evolve(undefined, createEvent('Ordered', 0n));
    expect(row).to.include({ state: 'ordered' });
    expect(evolve(row, createEvent('Packed', 1n))).to.equal(undefined);
  });

  it('has a row without state for an instance that goes on after its end', () => {
    expect(evolve(undefined, createEvent('Packed', 2n))).to.include({ state: null });
  });
});
