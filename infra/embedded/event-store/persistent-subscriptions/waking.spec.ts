import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { wakeOn } from './waking.ts';

describe('waking groups after a commit', () => {
  let clock: SinonFakeTimers;
  let listeners: Set<(lastPosition: bigint) => void>;
  let wokenAt: number[];
  let stop: () => void;

  const commit = (): void => listeners.forEach((listener) => listener(0n));
  const log = {
    onCommit: (listener: (lastPosition: bigint) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const commitEach = async (ms: number, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      commit();
      await clock.tickAsync(ms);
    }
  };

  beforeEach(() => {
    clock = useFakeTimers();
    listeners = new Set();
    wokenAt = [];
    stop = wakeOn(
      log,
      () => wokenAt.push(Date.now()),
      () => Date.now(),
    );
  });
  afterEach(() => clock.restore());

  it('wakes at once for the first commits after a pause', async () => {
    await commitEach(1, 5);
    expect(wokenAt).to.deep.equal([0, 1, 2, 3, 4]);
    await clock.tickAsync(100);
    await commitEach(1, 2);
    expect(wokenAt.slice(5)).to.deep.equal([105, 106]);
  });

  it('wakes once for several commits in one turn', async () => {
    commit();
    commit();
    await clock.tickAsync(100);
    expect(wokenAt).to.deep.equal([0]);
  });

  it('wakes every ten milliseconds while commits follow each other', async () => {
    await commitEach(1, 1_000);
    expect(wokenAt.length).to.be.within(100, 106);
    const pauses = wokenAt.slice(5).map((at, index) => at - (wokenAt[index + 4] ?? 0));
    expect(Math.max(...pauses)).to.be.at.most(11);
  });

  it('wakes after the last of fifty commits', async () => {
    await commitEach(1, 50);
    const before = wokenAt.length;
    commit();
    await clock.tickAsync(11);
    expect(wokenAt.length).to.equal(before + 1);
  });

  it('does not wait for a clock that was put back', async () => {
    await commitEach(1, 10);
    clock.setSystemTime(Date.now() - 3_600_000);
    const before = wokenAt.length;
    await commitEach(10, 3);
    expect(wokenAt.length).to.be.at.least(before + 3);
  });

  it('does not wake for a waiting commit once it is stopped', async () => {
    await commitEach(1, 5);
    commit();
    stop();
    await clock.tickAsync(100);
    expect(wokenAt).to.have.length(5);
  });

  it('ignores commits once it is stopped', async () => {
    stop();
    await commitEach(1, 3);
    expect(wokenAt).to.deep.equal([]);
  });
});
