import { expect } from 'chai';
import fc from 'fast-check';
import { retryBudget, retryDelayMs } from './retry-budget.ts';

describe('budgeting retries', () => {
  const spend = (budget: ReturnType<typeof retryBudget>, requests: number): number => {
    let retries = 0;
    for (let request = 0; request < requests; request += 1) {
      budget.deposit();
      if (budget.withdraw()) retries += 1;
    }
    return retries;
  };

  it('lets a service that just restarted be asked again', () => {
    expect(spend(retryBudget(0.2, 10), 10)).to.equal(10);
  });

  it('adds at most its share when everything fails', () => {
    const budget = retryBudget(0.2, 10);
    spend(budget, 100);

    expect(spend(budget, 1_000)).to.be.within(199, 201);
  });
});

describe('waiting before a retry', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('takes longer the second time, and there is no third', () => {
    const half = (): number => 0.5;
    expect([0, 1, 2].map((retries) => retryDelayMs(retries, half))).to.deep.equal([50, 150, undefined]);
  });

  it('is left to chance, by half of it in either direction', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), chance, (retries, drawn) => {
        const middle = retryDelayMs(retries, () => 0.5)!;
        expect(retryDelayMs(retries, () => drawn)).to.be.within(middle * 0.5, middle * 1.5);
      }),
    );
  });

  it('brings those who failed together back apart', () => {
    const draws = Array.from({ length: 100 }, (_, at) => at / 100);
    const tenths = new Set(draws.map((drawn) => Math.floor(retryDelayMs(0, () => drawn)! / 5)));
    expect(tenths.size).to.equal(10);
  });
});
