import type { RecordedEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { toDeliveredEvent } from './delivered-event.ts';

const event = (metadata: unknown): RecordedEvent =>
  ({
    streamId: 'toy-1',
    id: 'b4b4a1f5-6f0c-4b57-9d0e-1f4a0d1d2c3b',
    revision: 0n,
    type: 'toys.BrickAdded',
    data: {},
    isJson: true,
    metadata,
    created: new Date('2026-06-01T10:00:00Z'),
  }) as RecordedEvent;

describe('toDeliveredEvent', () => {
  it('has the time at which the store recorded it', () => {
    for (const metadata of [undefined, {}, { recordedAt: 7 }, new Uint8Array([1])])
      expect(toDeliveredEvent(event(metadata), 5n).recordedAt).to.equal('2026-06-01T10:00:00.000Z');
  });

  it('has the original time of an event that was copied from another store', () => {
    const { recordedAt } = toDeliveredEvent(event({ recordedAt: '2025-01-01T00:00:00.000Z' }), 5n);
    expect(recordedAt).to.equal('2025-01-01T00:00:00.000Z');
  });
});
