import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import { processRunner, type CarryOut } from './process-runner.ts';

type Ordered = Message<'Ordered', { bricks: number }>;
type Delivered = Message<'Delivered', { bricks: number }>;
type Overdue = Message<'Overdue', { at: string }>;
type Deliver = Message<'Deliver', { bricks: number }>;
type State = { readonly owed: number; readonly delivered: number; readonly late: boolean };

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-01T13:00:00.000Z' as Instant;
const cause = { commandId: 'begin', correlationId: 'order-7', actor: 'ada' };

const delivery: Process<Ordered | Delivered | Overdue, State, Deliver> = {
  name: 'delivery',
  initial: { owed: 0, delivered: 0, late: false },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'Ordered':
        return { ...state, owed: data.bricks };
      case 'Delivered':
        return { ...state, delivered: state.delivered + data.bricks };
      case 'Overdue':
        return { ...state, late: true };
    }
  },
  due: ({ owed, delivered }) => (delivered < owed ? [{ type: 'Deliver', data: { bricks: 1 } }] : []),
  overdue: ({ owed, delivered, late }, lastMovedAt, now) =>
    delivered < owed && !late && msBetween(lastMovedAt, now) > 60_000 ? [{ type: 'Overdue', data: { at: now } }] : [],
};

const deliver: CarryOut<Deliver, Delivered> = ({ data }) => Promise.resolve([{ type: 'Delivered', data }]);

const running = (carryOut: CarryOut<Deliver, Delivered> = deliver, now = noon) => {
  const streams = inMemoryStreams<Ordered | Delivered | Overdue>('delivery', () => noon);
  return { streams, runner: processRunner(delivery, streams, carryOut, () => now) };
};
const order = (bricks: number): Ordered => ({ type: 'Ordered', data: { bricks } });

describe('running a process', () => {
  it('does all that is due, one step after the other', async () => {
    const { runner } = running();
    await runner.append('1', [order(3)], cause);
    expect(await runner.runDueSteps('1')).to.deep.equal({ owed: 3, delivered: 3, late: false });
  });

  it('acts for whoever set it going', async () => {
    const { runner, streams } = running();
    await runner.append('1', [order(1)], cause);
    await runner.runDueSteps('1');
    const causes = [];
    for await (const recorded of streams.recorded('1')) causes.push(recorded.cause);
    expect(causes[1]).to.include({ correlationId: 'order-7', actor: 'ada' });
  });

  it('asks for the same step by the same id, whoever asks', async () => {
    const asked: string[] = [];
    const { runner } = running((_, { commandId }) => {
      asked.push(commandId);
      return Promise.resolve([]);
    });
    await runner.append('1', [order(1)], cause);
    await Promise.all([runner.runDueSteps('1'), runner.runDueSteps('1')]);
    expect(asked).to.have.length(2);
    expect(new Set(asked).size).to.equal(1);
  });

  it('records a step once when two runners took it', async () => {
    const { runner } = running();
    await runner.append('1', [order(3)], cause);
    await Promise.all([runner.runDueSteps('1'), runner.runDueSteps('1'), runner.runDueSteps('1')]);
    expect((await runner.load('1')).state.delivered).to.equal(3);
  });

  it('leaves a step due that could not be taken', async () => {
    const { runner } = running(() => Promise.resolve([]));
    await runner.append('1', [order(1)], cause);
    expect(await runner.runDueSteps('1')).to.include({ delivered: 0 });
  });

  it('records that time ran out, and goes on from there', async () => {
    const { runner } = running(deliver, later);
    await runner.append('1', [order(2)], cause);
    expect(await runner.checkTimeout('1')).to.deep.equal({ owed: 2, delivered: 2, late: true });
  });

  it('leaves alone what never began, is over, or is within its time', async () => {
    const { runner, streams } = running();
    await runner.checkTimeout('1');
    expect((await streams.read('1')).revision).to.equal('no-stream');
    await runner.append('2', [order(1)], cause);
    expect(await runner.checkTimeout('2')).to.include({ late: false });
  });
});
