import { expect } from 'chai';
import { retryBudget } from './retry-budget.ts';

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
