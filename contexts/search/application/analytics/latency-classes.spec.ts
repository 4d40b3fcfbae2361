import { expect } from 'chai';
import { latencyClassOf, percentileOf } from './latency-classes.ts';

describe('classes of latencies', () => {
  it('are named by their upper bound', () => {
    expect([0, 10, 10.1, 60, 9_999, 20_000].map(latencyClassOf)).to.deep.equal([10, 10, 25, 100, 10_000, 60_000]);
  });

  it('give the class that a share of the searches does not exceed', () => {
    const counts = [
      { latencyMs: 100, searches: 4 },
      { latencyMs: 10, searches: 95 },
      { latencyMs: 500, searches: 1 },
    ];
    expect([0.5, 0.95, 0.99, 1].map((share) => percentileOf(counts, share))).to.deep.equal([10, 10, 100, 500]);
  });

  it('give nothing without searches', () => {
    expect(percentileOf([], 0.5)).to.equal(null);
  });
});
