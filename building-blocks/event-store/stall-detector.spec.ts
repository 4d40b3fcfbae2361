import { expect } from 'chai';
import type { GroupInfo } from './persistent-groups.ts';
import { stallDetector } from './stall-detector.ts';

const healthy: GroupInfo = {
  group: 'toys',
  isLive: true,
  connections: 1,
  inFlight: 0,
  waiting: 0,
  parked: 0,
  lastKnown: 9n,
  lastCheckpointed: 9n,
};

const observe = async (info: GroupInfo | undefined, localCounts: readonly { received: number; inFlight: number }[]) => {
  let observation = 0;
  const isStalled = stallDetector(
    () => Promise.resolve(info),
    () => localCounts[observation++] ?? { received: -1, inFlight: 0 },
  );
  const results: boolean[] = [];
  while (observation < localCounts.length) results.push(await isStalled());
  return results;
};

const idle = { received: 5, inFlight: 0 };

describe('stallDetector', () => {
  it('is false while there is nothing to do', async () => {
    expect(await observe(healthy, [idle, idle, idle, idle])).to.not.include(true);
  });

  it('is true when the store holds messages back', async () => {
    expect(await observe({ ...healthy, waiting: 3 }, [idle, idle, idle])).to.deep.equal([false, false, true]);
  });

  it('is true when the store does not know the connection', async () => {
    expect(await observe({ ...healthy, connections: 0 }, [idle, idle, idle])).to.deep.equal([false, false, true]);
  });

  it('is false while a message is in flight', async () => {
    const busy = { received: 5, inFlight: 1 };
    expect(await observe({ ...healthy, waiting: 3 }, [busy, busy, busy])).to.not.include(true);
  });

  it('is false while messages are received', async () => {
    const receiving = [1, 2, 3, 4].map((count) => ({ received: count, inFlight: 0 }));
    expect(await observe({ ...healthy, waiting: 3 }, receiving)).to.not.include(true);
  });
});
