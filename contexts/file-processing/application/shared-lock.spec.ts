import { expect } from 'chai';
import { createSharedLock } from './shared-lock.ts';

const later = () => new Promise((resolve) => setImmediate(resolve));

describe('a shared lock', () => {
  const recorder = () => {
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await later();
      log.push(`${name} ends`);
      return name;
    };
    return { log, work };
  };

  it('runs shared work side by side', async () => {
    const { log, work } = recorder();
    const { runShared } = createSharedLock();
    await Promise.all([runShared(work('a')), runShared(work('b'))]);
    expect(log).to.deep.equal(['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('runs exclusive work after what is running and before what comes later', async () => {
    const { log, work } = recorder();
    const { runShared, runExclusive } = createSharedLock();
    const first = runShared(work('a'));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([first, runExclusive(work('b')), runShared(work('c')), runExclusive(work('d'))]);
    expect(log.slice(0, 4)).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(log.indexOf('d begins')).to.equal(log.indexOf('d ends') - 1);
  });

  it('runs the next work after a failed one', async () => {
    const { log, work } = recorder();
    const { runShared, runExclusive } = createSharedLock();
    const failure = await runExclusive(() => Promise.reject(new Error('broken'))).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(await runShared(work('a'))).to.equal('a');
    expect(log).to.have.length(2);
  });
});
