import { expect } from 'chai';
import { codecFor } from '@lego-moc/event-codec/codec';
import { systemClock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import { newId } from '@lego-moc/application/new-id';
import type { Message } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import { processRunner } from '@lego-moc/application/process-runner';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventually } from '@lego-moc/testing/eventually';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { z } from 'zod';
import { eventStoreDbStreams } from './event-store-db-streams.ts';
import { isOver, watchProcess } from './process-watch.ts';

type Step =
  | Message<'Ordered', Record<string, never>>
  | Message<'Packed', Record<string, never>>
  | Message<'Overslept', Record<string, never>>;
type State = 'nothing' | 'ordered' | 'packed' | 'overslept';
type Pack = Message<'Pack', Record<string, never>>;

const empty = z.object({}).transform(() => ({}) as Record<string, never>);
const codec = codecFor<Step>('toys', {
  Ordered: [{ schema: empty }],
  Packed: [{ schema: empty }],
  Overslept: [{ schema: empty }],
});

const LIMIT_MS = 400;

const packing = (name: string): Process<Step, State, Pack> => ({
  name,
  initial: 'nothing',
  evolve: (state, { type }) => {
    if (type === 'Ordered') return state === 'nothing' ? 'ordered' : state;
    return type === 'Packed' ? 'packed' : 'overslept';
  },
  due: (state) => (state === 'ordered' ? [{ type: 'Pack', data: {} }] : []),
  overdue: (state, lastMovedAt, now) =>
    state === 'ordered' && msBetween(lastMovedAt, now) > LIMIT_MS ? [{ type: 'Overslept', data: {} }] : [],
});

describe('watching over a process', () => {
  const watchWith = async (packer: () => Promise<readonly Step[]>, name = `packing${newId().replaceAll('-', '')}`) => {
    const { client } = await eventStoreForTests();
    const process = packing(name);
    const streams = eventStoreDbStreams(client, name, codec);
    const runner = processRunner(process, streams, packer, systemClock);
    const watch = watchProcess(client, { process, codec, runner, logger: silentLogger, everyMs: 50, quietMs: 100 });
    const order = async (id: string): Promise<void> => {
      const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
      await streams.append(id, [{ type: 'Ordered', data: {} }], 'any', cause);
    };
    const stateOf = async (id: string): Promise<State> =>
      (await streams.read(id)).events.reduce(process.evolve, process.initial);
    return { name, watch, order, stateOf };
  };

  it('does what is due as soon as an instance moves', async () => {
    const { watch, order, stateOf } = await watchWith(() => Promise.resolve([{ type: 'Packed', data: {} }]));
    const id = newId();
    await order(id);
    await eventually('packed', async () => (await stateOf(id)) === 'packed');
    await eventually('none is open', () => watch.status().open === 0);
    await watch.stop();
  });

  it('asks again when nothing came of it, and notes when time has run out', async () => {
    let asked = 0;
    const { watch, order, stateOf } = await watchWith(() => {
      asked += 1;
      return Promise.resolve([]);
    });
    const id = newId();
    await order(id);
    await eventually('overslept', async () => (await stateOf(id)) === 'overslept');
    expect(asked).to.be.greaterThan(1);
    await watch.stop();
  });

  it('finds what was left open after a restart', async () => {
    const first = await watchWith(() => Promise.resolve([]));
    const id = newId();
    await first.order(id);
    await eventually('it is open', () => first.watch.status().open === 1);
    await first.watch.stop();

    const second = await watchWith(() => Promise.resolve([{ type: 'Packed', data: {} }]), first.name);
    await eventually('it is over', async () => ['packed', 'overslept'].includes(await second.stateOf(id)));
    await second.watch.stop();
  });

  it('takes an instance for over when nothing is due and time changes nothing', () => {
    const process = packing('packing');
    expect(isOver(process, 'ordered')).to.equal(false);
    expect(isOver(process, 'packed')).to.equal(true);
  });
});
