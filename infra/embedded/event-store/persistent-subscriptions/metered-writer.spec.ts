import { expect } from 'chai';
import type { StoredEvent } from '../storage/event-log.ts';
import { meteredWriter } from './metered-writer.ts';

const ofBytes = (bytes: number): { event: StoredEvent; link: undefined } => ({
  event: {
    position: 1n,
    stream: 'orders-1',
    revision: 0n,
    id: '00000000-0000-4000-8000-000000000000',
    type: 'Ordered',
    contentType: 'application/octet-stream',
    created: 0n,
    data: new Uint8Array(bytes),
    metadata: new Uint8Array(),
  },
  link: undefined,
});

const limitedConnection = () => {
  const pendingWrites: (() => void)[] = [];
  let drainCount = 0;
  const deliver = meteredWriter({ write: (_message, take) => pendingWrites.push(take) }, false, () => {
    drainCount += 1;
  });
  return {
    deliver: (bytes: number) => deliver(ofBytes(bytes), 0),
    networkTakes: () => pendingWrites.shift()?.(),
    drained: () => drainCount,
  };
};

describe('limiting the unsent bytes of a consumer', () => {
  it('reports no room after one message of a mebibyte, until that is sent', () => {
    const { deliver, networkTakes, drained: drainCount } = limitedConnection();
    expect(deliver(1024 * 1024)).to.equal(false);
    networkTakes();
    expect(drainCount()).to.equal(1);
    expect(deliver(10)).to.equal(true);
  });

  it('reports room after 200 messages of 100 bytes', () => {
    const { deliver } = limitedConnection();
    expect(Array.from({ length: 200 }, () => deliver(100))).to.not.include(false);
  });

  it('reports once that there is room again', () => {
    const { deliver, networkTakes, drained: drainCount } = limitedConnection();
    for (let message = 0; message < 6; message += 1) deliver(100_000);
    for (let message = 0; message < 6; message += 1) networkTakes();
    expect(drainCount()).to.equal(1);
  });
});
