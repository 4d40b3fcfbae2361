import { expect } from 'chai';
import fc from 'fast-check';
import { retryBudget, retryDelayMs } from './retry-budget.ts';

describe('retryBudget', () => {
  const spend = (budget: ReturnType<typeof retryBudget>, requests: number): number => {
    let retries = 0;
    for (let request = 0; request < requests; request += 1) {
      budget.deposit();
      if (budget.withdraw()) retries += 1;
    }
    return retries;
  };

  it('allows every retry to a service that just restarted', () => {
    expect(spend(retryBudget(0.2, 10), 10)).to.equal(10);
  });

  it('adds at most its share of retries when everything fails', () => {
    const budget = retryBudget(0.2, 10);
    spend(budget, 100);

    expect(spend(budget, 1_000)).to.be.within(199, 201);
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
      fc.property(fc.constantFrom(0, 1), chance, (retries, drawn) => {
        const middle = retryDelayMs(DELAYS_MS, retries, () => 0.5)!;
        expect(retryDelayMs(DELAYS_MS, retries, () => drawn)).to.be.within(middle * 0.5, middle * 1.5);
      }),
    );
  });

  it('spreads retries of requests that failed together', () => {
    const draws = Array.from({ length: 100 }, (_, at) => at / 100);
    const tenths = new Set(draws.map((drawn) => Math.floor(retryDelayMs(DELAYS_MS, 0, () => drawn)! / 5)));
    expect(tenths.size).to.equal(10);
  });
});
