import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import { processRunner, type CarryOut } from './process-runner.ts';

type BricksOrdered = Message<'Ordered', { bricks: number }>;
type BricksDelivered = Message<'Delivered', { bricks: number }>;
type Overdue = Message<'Overdue', { at: string }>;
type Deliver = Message<'Deliver', { bricks: number }>;
type State = { readonly owed: number; readonly delivered: number; readonly late: boolean };

const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-01T13:00:00.000Z' as Instant;
const cause = { commandId: 'begin', correlationId: 'order-7', actor: 'ada' };

const delivery: Process<BricksOrdered | BricksDelivered | Overdue, State, Deliver> = {
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

const deliver: CarryOut<Deliver, BricksDelivered> = ({ data }) => Promise.resolve([{ type: 'Delivered', data }]);

const running = (carryOut: CarryOut<Deliver, BricksDelivered> = deliver) => {
  const streams = inMemoryStreams<BricksOrdered | BricksDelivered | Overdue>('delivery', () => noon);
  return { streams, runner: processRunner(delivery, streams, carryOut, () => noon) };
};
const order = (bricks: number): BricksOrdered => ({ type: 'Ordered', data: { bricks } });

describe('processRunner', () => {
  it('carries out all due commands, one after the other', async () => {
    const { runner } = running();
    await runner.append('1', [order(3)], cause);
    expect(await runner.runDueSteps('1')).to.deep.equal({ owed: 3, delivered: 3, late: false });
  });

  it('acts on behalf of whoever began the instance', async () => {
    const { runner, streams } = running();
    await runner.append('1', [order(1)], cause);
    await runner.runDueSteps('1');
    const causes = [];
    for await (const event of streams.readEvents('1')) causes.push(event.cause);
    expect(causes[1]).to.include({ correlationId: 'order-7', actor: 'ada' });
  });

  it('names in each step the event that moved the instance before', async () => {
    const { runner, streams } = running();
    await runner.append('1', [order(2)], cause);
    await runner.runDueSteps('1');
    const ids: string[] = [];
    const causes: (string | undefined)[] = [];
    for await (const event of streams.readEvents('1')) {
      ids.push(event.eventId);
      causes.push(event.cause.causedBy);
    }
    expect(causes).to.deep.equal([undefined, ids[0], ids[1]]);
  });

  it('issues the same step under the same id in two processes', async () => {
    const commandIds: string[] = [];
    const recordIds: CarryOut<Deliver, BricksDelivered> = (_, { commandId }) => {
      commandIds.push(commandId);
      return Promise.resolve([]);
    };
    const { runner, streams } = running(recordIds);
    const other = processRunner(delivery, streams, recordIds, () => noon);
    await runner.append('1', [order(1)], cause);
    await Promise.all([runner.runDueSteps('1'), other.runDueSteps('1')]);
    expect(commandIds).to.have.length(2);
    expect(new Set(commandIds).size).to.equal(1);
  });

  it('records a step once when two processes carry it out', async () => {
    const { runner, streams } = running();
    const other = processRunner(delivery, streams, deliver, () => noon);
    await runner.append('1', [order(3)], cause);
    await Promise.all([runner.runDueSteps('1'), other.runDueSteps('1')]);
    expect((await runner.load('1')).state.delivered).to.equal(3);
  });

  it('carries out each step once when it is run twice at the same time', async () => {
    let steps = 0;
    const { runner } = running((command, why) => {
      steps += 1;
      return deliver(command, why);
    });
    await runner.append('1', [order(3)], cause);
    await Promise.all([runner.runDueSteps('1'), runner.runDueSteps('1'), runner.runDueSteps('1')]);
    expect(steps).to.equal(3);
  });

  it('reads only new events of an instance that it has loaded', async () => {
    const { streams } = running();
    const from: bigint[] = [];
    const countingStreams = {
      ...streams,
      readEvents: (id: string, at = 0n) => (from.push(at), streams.readEvents(id, at)),
    };
    const runner = processRunner(delivery, countingStreams, deliver, () => noon);
    await runner.append('1', [order(3)], cause);
    await runner.runDueSteps('1');
    await runner.runDueSteps('1');
    expect(from).to.deep.equal([0n, 1n, 4n]);
  });

  it('carries out independent commands together and appends their events at once', async () => {
    let atOnce = 0;
    let most = 0;
    const streams = inMemoryStreams<BricksOrdered | BricksDelivered | Overdue>('delivery', () => noon);
    const ids = new Set<string>();
    const runner = processRunner(
      {
        ...delivery,
        due: ({ owed, delivered }) =>
          Array.from({ length: owed - delivered }, (): Deliver => ({ type: 'Deliver', data: { bricks: 1 } })),
        independent: ['Deliver'],
      },
      streams,
      async (command, why) => {
        ids.add(why.commandId);
        most = Math.max(most, (atOnce += 1));
        await Promise.resolve();
        atOnce -= 1;
        return deliver(command, why);
      },
      () => noon,
    );
    await runner.append('1', [order(10)], cause);
    expect((await runner.runDueSteps('1')).delivered).to.equal(10);
    expect({ most, ids: ids.size }).to.deep.equal({ most: 8, ids: 10 });
  });

  it('leaves a step due that returned no events', async () => {
    const { runner } = running(() => Promise.resolve([]));
    await runner.append('1', [order(1)], cause);
    expect(await runner.runDueSteps('1')).to.include({ delivered: 0 });
  });

  it('records a timeout and carries out what is due after it', async () => {
    const streams = inMemoryStreams<BricksOrdered | BricksDelivered | Overdue>('delivery', () => noon);
    await processRunner(delivery, streams, deliver, () => noon).append('1', [order(2)], cause);
    const runner = processRunner(delivery, streams, deliver, () => later);
    expect(await runner.checkTimeout('1')).to.deep.equal({ owed: 2, delivered: 2, late: true });
  });

  it('changes nothing for an instance that never began or is within its time', async () => {
    const { runner, streams } = running();
    await runner.checkTimeout('1');
    expect((await streams.read('1')).revision).to.equal('no-stream');
    await runner.append('2', [order(1)], cause);
    expect(await runner.checkTimeout('2')).to.include({ late: false });
  });
});
