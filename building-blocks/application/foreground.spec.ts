import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { requestStarted, whenIdle } from './foreground.ts';

describe('whenIdle', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers();
  });
  afterEach(() => clock.restore());

  const startWork = (): { readonly hasStarted: () => boolean } => {
    let hasStarted = false;
    void whenIdle().then(() => {
      hasStarted = true;
    });
    return { hasStarted: () => hasStarted };
  };

  it('resolves at once without requests', async () => {
    const work = startWork();
    await clock.tickAsync(0);
    expect(work.hasStarted()).to.equal(true);
  });

  it('resolves when the last request is done', async () => {
    const ends = [requestStarted(), requestStarted()];
    const works = [startWork(), startWork()];
    ends[0]!();
    ends[0]!();
    await clock.tickAsync(10);
    expect(works.map(({ hasStarted }) => hasStarted())).to.deep.equal([false, false]);

    ends[1]!();
    await clock.tickAsync(10);
    expect(works.map(({ hasStarted }) => hasStarted())).to.deep.equal([true, true]);
  });

  it('keeps the second piece of work waiting when a request starts between two', async () => {
    const end = requestStarted();
    const works = [startWork(), startWork()];
    end();
    const next = requestStarted();
    await clock.tickAsync(50);
    expect(works.map(({ hasStarted }) => hasStarted())).to.deep.equal([false, false]);
    next();
    await clock.tickAsync(1);
  });

  it('resolves after a tenth of a second although a request is in flight', async () => {
    const end = requestStarted();
    const work = startWork();
    await clock.tickAsync(99);
    expect(work.hasStarted()).to.equal(false);
    await clock.tickAsync(1);
    expect(work.hasStarted()).to.equal(true);
    end();
  });

  it('ignores a request that has lasted for a second', async () => {
    const end = requestStarted();
    await clock.tickAsync(1_000);
    const work = startWork();
    await clock.tickAsync(0);
    expect(work.hasStarted()).to.equal(true);
    end();
    end();
    const endAnother = requestStarted();
    const late = startWork();
    await clock.tickAsync(50);
    expect(late.hasStarted()).to.equal(false);
    endAnother();
    await clock.tickAsync(1);
  });
});
