import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { requestStarted, whenIdle } from './foreground.ts';

describe('letting requests go first', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers();
  });
  afterEach(() => clock.restore());

  const watched = (): { readonly begun: () => boolean } => {
    let begun = false;
    void whenIdle().then(() => {
      begun = true;
    });
    return { begun: () => begun };
  };

  it('makes nothing wait while there are none', async () => {
    const work = watched();
    await clock.tickAsync(0);
    expect(work.begun()).to.equal(true);
  });

  it('begins what waits when the last request is done', async () => {
    const ends = [requestStarted(), requestStarted()];
    const works = [watched(), watched()];
    ends[0]!();
    ends[0]!();
    await clock.tickAsync(10);
    expect(works.map(({ begun }) => begun())).to.deep.equal([false, false]);

    ends[1]!();
    await clock.tickAsync(10);
    expect(works.map(({ begun }) => begun())).to.deep.equal([true, true]);
  });

  it('stops giving way when a request comes between two pieces of work', async () => {
    const end = requestStarted();
    const works = [watched(), watched()];
    end();
    const next = requestStarted();
    await clock.tickAsync(50);
    expect(works.map(({ begun }) => begun())).to.deep.equal([false, false]);
    next();
    await clock.tickAsync(1);
  });

  it('makes nothing wait for longer than a tenth of a second', async () => {
    const end = requestStarted();
    const work = watched();
    await clock.tickAsync(99);
    expect(work.begun()).to.equal(false);
    await clock.tickAsync(1);
    expect(work.begun()).to.equal(true);
    end();
  });

  it('takes a request that lasts for a transfer, which holds up nothing', async () => {
    const end = requestStarted();
    await clock.tickAsync(1_000);
    const work = watched();
    await clock.tickAsync(0);
    expect(work.begun()).to.equal(true);
    end();
    end();
    const another = requestStarted();
    const late = watched();
    await clock.tickAsync(50);
    expect(late.begun()).to.equal(false);
    another();
    await clock.tickAsync(1);
  });
});
