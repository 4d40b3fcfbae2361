import { expect } from 'chai';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { Instant } from '@lego-moc/kernel/message';
import { causationTree } from './correlation.ts';

const event = (eventId: string, second: number, causedBy?: string): DeliveredEvent => ({
  ...{ eventId, stream: 'toy-1', revision: 0n, position: BigInt(second), type: 'toys.Built', data: {}, retryCount: 0 },
  recordedAt: `2026-01-01T12:00:0${String(second)}.000Z` as Instant,
  cause: { commandId: 'c', correlationId: 'k', actor: 'ada', ...(causedBy === undefined ? {} : { causedBy }) },
});

const shape = (events: readonly DeliveredEvent[]) =>
  causationTree(events).map(({ eventId, parent, depth, offsetMs }) => [eventId, parent, depth, offsetMs]);

describe('causationTree', () => {
  it('places each event below its cause, the oldest first', () => {
    expect(shape([event('c', 3, 'b'), event('a', 1), event('b', 2, 'a'), event('d', 4, 'a')])).to.deep.equal([
      ['a', null, 0, 0],
      ['b', 'a', 1, 1_000],
      ['c', 'b', 2, 2_000],
      ['d', 'a', 1, 3_000],
    ]);
  });

  it('lets events whose cause is not among them, and circles, begin at the top', () => {
    expect(shape([event('a', 1, 'elsewhere')])).to.deep.equal([['a', null, 0, 0]]);
    expect(shape([event('a', 1, 'b'), event('b', 2, 'a')])).to.deep.equal([
      ['a', null, 0, 0],
      ['b', 'a', 1, 1_000],
    ]);
  });
});
