import { expect } from 'chai';
import type { StoredEvent } from '../storage/event-log.ts';
import { BUCKETS } from './group/pinned.ts';
import { bucketOf } from './partition.ts';

const event = (changes: Partial<StoredEvent>): StoredEvent => ({
  position: 1n,
  stream: 'orders-1',
  revision: 0n,
  id: '00000000-0000-4000-8000-000000000000',
  type: 'Ordered',
  contentType: 'application/json',
  created: 0n,
  data: new Uint8Array(),
  metadata: new Uint8Array(),
  ...changes,
});

const bytes = (text: string) => Buffer.from(text, 'utf8');
const alone = (changes: Partial<StoredEvent>) => ({ event: event(changes), link: undefined });

describe('assigning pinned events to buckets', () => {
  it('assigns the events of one stream to one bucket, with and without a link', () => {
    const link = event({ stream: '$ce-orders', type: '$>', data: bytes('0@orders-1') });
    const direct = bucketOf(alone({}), 'Pinned');
    expect(bucketOf({ event: event({}), link }, 'Pinned')).to.equal(direct);
    expect(bucketOf({ event: undefined, link }, 'Pinned')).to.equal(direct);
    expect(bucketOf({ event: link, link: undefined }, 'Pinned')).to.equal(direct);
  });

  it('assigns the events of one correlation to one bucket across streams', () => {
    const metadata = bytes('{"$correlationId":"c-1"}');
    const [orders, shipments] = ['orders-1', 'shipments-2'].map((stream) =>
      bucketOf(alone({ stream, metadata }), 'PinnedByCorrelation'),
    );
    expect(orders).to.equal(shipments);
  });

  it('uses the stream when there is no correlation id', () => {
    for (const metadata of ['', 'not json', '[]', '{"$correlationId":7}'])
      expect(bucketOf(alone({ metadata: bytes(metadata) }), 'PinnedByCorrelation')).to.equal(
        bucketOf(alone({}), 'Pinned'),
      );
  });

  it('spreads streams over the buckets', () => {
    const buckets = Array.from({ length: BUCKETS }, (_, n) =>
      bucketOf(alone({ stream: `orders-${String(n)}` }), 'Pinned'),
    );
    expect(Math.max(...buckets)).to.be.below(BUCKETS);
    expect(new Set(buckets).size).to.be.above(BUCKETS / 2);
  });
});
