import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { silentLogger } from '@lego-moc/logger/logger';
import { repeat, repeatUntilDone } from './loop.ts';

const options = { name: 'Sweeping', everyMs: 1, logger: silentLogger };

describe('background work', () => {
  it('runs at once and again, also after a run that failed', async () => {
    let runs = 0;
    const loop = repeat(() => {
      runs += 1;
      return runs === 2 ? Promise.reject(new Error('The broom is broken')) : Promise.resolve();
    }, options);
    await pollUntil('four runs', () => runs >= 4);
    await loop.stop();
  });

  it('never runs twice at once, and has ended when it is stopped', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const loop = repeat(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      runs += 1;
    }, options);
    await pollUntil('three runs', () => runs >= 3);
    await loop.stop();
    const after = runs;
    await new Promise((resolve) => setTimeout(resolve, 10));

    expect([most, running, runs]).to.deep.equal([1, 0, after]);
  });

  it('ends with its first success when it is to run once', async () => {
    let runs = 0;
    const loop = repeatUntilDone(() => {
      runs += 1;
      return runs < 3 ? Promise.reject(new Error('Not yet')) : Promise.resolve();
    }, options);
    await pollUntil('three runs', () => runs === 3);
    await new Promise((resolve) => setTimeout(resolve, 10));

    expect(runs).to.equal(3);
    await loop.stop();
  });
});
