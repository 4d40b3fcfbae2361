import { expect } from 'chai';
import type { Message } from './group/message.ts';
import { outboxTo } from './outbox.ts';

const message = (ackId: string): Message => ({
  ackId,
  position: 0n,
  previous: -1n,
  logPosition: 0n,
  bucket: 0,
  origin: 'source',
  sequence: 1,
  retryCount: 0,
  isDone: false,
});

const link = { position: 1n, stream: 's', revision: 0n, id: 'l', type: '$>', created: 0n } as never;

const connectConsumer = (room: number) => {
  const state = { room, written: 0, loaded: [] as string[] };
  const outbox = outboxTo(
    {
      deliver: () => {
        state.written += 1;
        return state.written < state.room;
      },
      drop: () => undefined,
    },
    ({ ackId }) => {
      state.loaded.push(ackId);
      return { event: undefined, link };
    },
    ({ retryCount }, whenHeldBack) => retryCount === whenHeldBack,
  );
  return { state, outbox };
};

describe('writing to a connection', () => {
  it('reads and writes messages while there is room, then holds them back unread', () => {
    const { state, outbox } = connectConsumer(2);
    expect(['a', 'b', 'c', 'd'].map((id) => outbox.send(message(id)))).to.deep.equal([true, false, false, false]);
    expect(state.loaded).to.deep.equal(['a', 'b']);
  });

  it('resumes in order as far as there is room again', () => {
    const { state, outbox } = connectConsumer(1);
    for (const id of ['a', 'b', 'c', 'd']) outbox.send(message(id));
    state.room = 3;
    expect(outbox.flush()).to.equal(false);
    expect(state.loaded).to.deep.equal(['a', 'b', 'c']);
    state.room = 9;
    expect(outbox.flush()).to.equal(true);
    expect(state.loaded).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('does not write a message that timed out while it waited', () => {
    const { state, outbox } = connectConsumer(1);
    const late = message('b');
    for (const entry of [message('a'), late, message('c')]) outbox.send(entry);
    late.retryCount = 1;
    state.room = 9;
    outbox.flush();
    expect(state.loaded).to.deep.equal(['a', 'c']);
  });
});
