import { expect } from 'chai';
import { turns } from './turns.ts';

const later = () => new Promise((resolve) => setImmediate(resolve));

describe('taking turns', () => {
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

  it('lets many work together', async () => {
    const { log, work } = recorder();
    const { together } = turns();
    await Promise.all([together(work('a')), together(work('b'))]);
    expect(log).to.deep.equal(['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('lets one be alone: after those at work, before those who come', async () => {
    const { log, work } = recorder();
    const { together, alone } = turns();
    const first = together(work('a'));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([first, alone(work('b')), together(work('c')), alone(work('d'))]);
    expect(log.slice(0, 4)).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(log.indexOf('d begins')).to.equal(log.indexOf('d ends') - 1);
  });

  it('goes on after a failure', async () => {
    const { log, work } = recorder();
    const { together, alone } = turns();
    const failed = await alone(() => Promise.reject(new Error('broken'))).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await together(work('a'))).to.equal('a');
    expect(log).to.have.length(2);
  });
});
