import { expect } from 'chai';
import { latencies } from './latencies.ts';

const KEYS = [
  'Mean',
  'Median',
  'Fastest',
  'Quintile 1',
  'Quintile 2',
  'Quintile 3',
  'Quintile 4',
  'Quintile 5',
  '90%',
  '95%',
  '99%',
  '99.5%',
  '99.9%',
  'Highest',
];

const summarize = (...ms: readonly number[]) => {
  const all = latencies();
  for (const value of ms) all.record(value);
  return Object.fromEntries(all.summary().map(({ key, value }) => [key, value]));
};

describe('measuring latencies', () => {
  it('returns 0 under the names of EventStoreDB before the first measurement', () => {
    expect(latencies().summary()).to.deep.equal(KEYS.map((key) => ({ key, value: 0 })));
  });

  it('returns mean, median, quintiles and percentiles of a hundred measurements', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarize(...hundred)).to.include({
      Mean: 51,
      Median: 50,
      Fastest: 1,
      'Quintile 1': 20,
      'Quintile 5': 100,
      '90%': 90,
      '99%': 99,
      '99.9%': 100,
      Highest: 100,
    });
  });

  it('drops the oldest measurement after a thousand more', () => {
    expect(summarize(9_999, ...Array.from({ length: 1_000 }, () => 1))).to.include({ Highest: 1 });
  });
});
