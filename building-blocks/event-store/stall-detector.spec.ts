import { expect } from 'chai';
import type { GroupInfo } from './persistent-groups.ts';
import { stallDetector } from './stall-detector.ts';

const sound: GroupInfo = {
  group: 'toys',
  isLive: true,
  connections: 1,
  inFlight: 0,
  waiting: 0,
  parked: 0,
  lastKnown: 9n,
  lastCheckpointed: 9n,
};

const looks = async (info: GroupInfo | undefined, ours: readonly { received: number; inFlight: number }[]) => {
  let look = 0;
  const stalled = stallDetector(
    () => Promise.resolve(info),
    () => ours[look++] ?? { received: -1, inFlight: 0 },
  );
  const found: boolean[] = [];
  while (look < ours.length) found.push(await stalled());
  return found;
};

const still = { received: 5, inFlight: 0 };

describe('looking for a subscription that went silent', () => {
  it('finds none where there is nothing to do', async () => {
    expect(await looks(sound, [still, still, still, still])).to.not.include(true);
  });

  it('finds one that the store holds messages back from', async () => {
    expect(await looks({ ...sound, waiting: 3 }, [still, still, still])).to.deep.equal([false, false, true]);
  });

  it('finds one whose connection the store does not know', async () => {
    expect(await looks({ ...sound, connections: 0 }, [still, still, still])).to.deep.equal([false, false, true]);
  });

  it('leaves one alone that works on something', async () => {
    const busy = { received: 5, inFlight: 1 };
    expect(await looks({ ...sound, waiting: 3 }, [busy, busy, busy])).to.not.include(true);
  });

  it('leaves one alone that goes on receiving', async () => {
    const going = [1, 2, 3, 4].map((received) => ({ received, inFlight: 0 }));
    expect(await looks({ ...sound, waiting: 3 }, going)).to.not.include(true);
  });
});
