import { expect } from 'chai';
import { addSample, SAMPLES_MAX, trendOf, type Sample } from './trend.ts';

const at = (seconds: number, lag: number): Sample => ({ atMs: seconds * 1_000, lag });

describe('telling where a lag goes', () => {
  it('says nothing after one sample, or within moments', () => {
    expect(trendOf([])).to.equal(undefined);
    expect(trendOf([at(0, 5), at(1, 5)])).to.equal(undefined);
  });

  it('computes when a shrinking lag is caught up', () => {
    expect(trendOf([at(0, 300), at(20, 100)])).to.deep.equal({ perSecond: -10, secondsToCatchUp: 10 });
  });

  it('does not promise to catch up while the lag grows or stands', () => {
    expect(trendOf([at(0, 100), at(20, 300)])).to.deep.equal({ perSecond: 10, secondsToCatchUp: undefined });
    expect(trendOf([at(0, 100), at(20, 100)])).to.deep.equal({ perSecond: 0, secondsToCatchUp: undefined });
  });

  it('is caught up at a lag of 0', () => {
    expect(trendOf([at(0, 0), at(20, 0)])?.secondsToCatchUp).to.equal(0);
  });
});

describe('keeping samples', () => {
  it('drops the oldest', () => {
    const samples = Array.from({ length: SAMPLES_MAX + 5 }, (_, second) => at(second, 1)).reduce<readonly Sample[]>(
      addSample,
      [],
    );

    expect(samples).to.have.length(SAMPLES_MAX);
    expect(samples[0]?.atMs).to.equal(5_000);
  });

  it('counts one answer once, however often it is drawn', () => {
    expect(addSample([at(1, 7)], at(1, 7))).to.have.length(1);
  });
});
