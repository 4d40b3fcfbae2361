import { expect } from 'chai';
import fc from 'fast-check';
import { backOffMs, jitteredBackOffMs, retryDelayMs } from './back-off.ts';

describe('backOffMs', () => {
  it('doubles with every failure up to its limit', () => {
    expect([1, 2, 3, 4, 5_000].map((failures) => backOffMs(failures, 100, 500))).to.deep.equal([
      100, 200, 400, 500, 500,
    ]);
  });

  it('is jittered by half in either direction', () => {
    for (let failures = 1; failures < 100; failures += 1)
      expect(jitteredBackOffMs(failures, 100, 500)).to.be.within(
        backOffMs(failures, 100, 500) * 0.5,
        backOffMs(failures, 100, 500) * 1.5,
      );
  });
});

describe('retryDelayMs', () => {
  const DELAYS_MS = [50, 150];
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('is longer for the second retry and undefined for the third', () => {
    const half = (): number => 0.5;
    expect([0, 1, 2].map((retries) => retryDelayMs(DELAYS_MS, retries, half))).to.deep.equal([50, 150, undefined]);
  });

  it('varies by half in either direction', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), chance, (retries, draw) => {
        const middle = retryDelayMs(DELAYS_MS, retries, () => 0.5)!;
        expect(retryDelayMs(DELAYS_MS, retries, () => draw)).to.be.within(middle * 0.5, middle * 1.5);
      }),
    );
  });

  it('spreads retries of requests that failed together', () => {
    const draws = Array.from({ length: 100 }, (_, at) => at / 100);
    const tenths = new Set(draws.map((draw) => Math.floor(retryDelayMs(DELAYS_MS, 0, () => draw)! / 5)));
    expect(tenths.size).to.equal(10);
  });
});
