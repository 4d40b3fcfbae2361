import { expect } from 'chai';
import { rateBetween, type Traffic } from './rates.ts';

const traffic = (fast: number, slow: number, beyond = 0, errors = 0): Traffic => ({
  ...{ name: '/v1/mocs', count: fast + slow + beyond, errors },
  buckets: [
    [0.01, fast],
    [0.5, fast + slow],
    [null, fast + slow + beyond],
  ],
});

describe('computing rates between two counts', () => {
  it('divides what is new by the time', () => {
    expect(rateBetween(traffic(100, 0), traffic(190, 10, 0, 5), 10)).to.deep.equal({
      ...{ perSecond: 10, errorShare: 0.05, p95: 0.5 },
    });
  });

  it('names no p95 without traffic, and none beyond the last bound', () => {
    expect(rateBetween(traffic(5, 0), traffic(5, 0), 10)?.p95).to.equal(undefined);
    expect(rateBetween(traffic(0, 0), traffic(1, 0, 9), 10)?.p95).to.equal(null);
  });

  it('begins anew after a process was started again', () => {
    expect(rateBetween(traffic(1_000, 0), traffic(20, 0), 10)?.perSecond).to.equal(2);
  });

  it('says nothing about two counts of one moment', () => {
    expect(rateBetween(traffic(1, 0), traffic(1, 0), 0)).to.equal(undefined);
  });
});
