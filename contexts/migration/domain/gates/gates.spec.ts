import { expect } from 'chai';
import { p95Of, slowerThan } from './answer-times.ts';
import { judgeDifferenceRate } from './difference-rate.ts';
import { judgeShares, shareInterval } from './shares.ts';
import { addTraffic, NO_TRAFFIC, type Traffic } from './traffic.ts';
import { judgeTraffic } from './traffic-gates.ts';

const BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

const side = (answers: number, errors = 0, failures = 0, times: readonly number[] = [answers]) => ({
  ...{ answers, errors, failures, times },
});
const traffic = (more: Partial<Traffic>): Traffic => ({ ...NO_TRAFFIC, ...more });
const outcomes = (all: Traffic, lately = all, tolerance = 1) =>
  Object.fromEntries(
    judgeTraffic(all, lately, { bounds: BOUNDS, tolerance }).map(({ gate, outcome }) => [gate, outcome]),
  );

describe('judging how often answers differ', () => {
  const limits = { acceptable: 0.0002, excessive: 0.002 };
  const judge = (different: number, total: number) => judgeDifferenceRate({ different, compared: total }, limits);

  it('passes after 2,551 comparisons without a difference, and 1,278 more for each', () => {
    expect([judge(0, 2_550), judge(0, 2_551)]).to.deep.equal(['inconclusive', 'pass']);
    expect([judge(1, 3_828), judge(1, 3_829)]).to.deep.equal(['inconclusive', 'pass']);
  });

  it('fails by few differences when they come early', () => {
    expect([judge(1, 1), judge(2, 2), judge(3, 1_000)]).to.deep.equal(['inconclusive', 'fail', 'fail']);
  });
});

describe('judging shares', () => {
  const judge = (bad: number, total: number, legacyBad: number, legacyTotal: number) =>
    judgeShares({ bad, total }, { bad: legacyBad, total: legacyTotal }, { margin: 0.005, samplesMin: 500 });

  it('cannot tell by few samples', () => {
    expect(judge(0, 0, 0, 0)).to.equal('inconclusive');
    expect(judge(0, 10_000, 0, 499)).to.equal('inconclusive');
    expect(judge(1, 20, 0, 20)).to.equal('inconclusive');
  });

  it('passes what is surely no worse than by the margin', () => {
    expect(judge(0, 600, 0, 600)).to.equal('pass');
    expect(judge(25, 5_000, 25, 5_000)).to.equal('pass');
  });

  it('fails what is surely worse, and nothing that only looks so', () => {
    expect(judge(60, 1_000, 5, 1_000)).to.equal('fail');
    expect(judge(4, 500, 1, 500)).to.equal('inconclusive');
  });

  it('knows little of a share without samples', () => {
    expect(shareInterval({ bad: 0, total: 0 }, 3)).to.deep.equal({ low: 0, high: 1 });
  });
});

describe('reading times of answers', () => {
  it('finds the class in which the slowest twentieth begins', () => {
    expect(p95Of([95, 5], BOUNDS)).to.equal(1);
    expect(p95Of([94, 6], BOUNDS)).to.equal(2);
    expect(p95Of([], BOUNDS)).to.equal(undefined);
  });

  it('counts what took longer than a class', () => {
    expect(slowerThan([10, 5, 3, 2], BOUNDS, 2)).to.deep.equal({ bad: 5, total: 20 });
    expect(slowerThan([10], BOUNDS, 1_000)).to.deep.equal({ bad: 0, total: 10 });
  });
});

describe('the gates of traffic', () => {
  const clean = { alike: 2_600, different: 0, foreign: 0, unsettled: 0, skipped: 0 };

  it('cannot tell without traffic', () => {
    expect(outcomes(NO_TRAFFIC)).to.deep.equal({
      ...{ 'foreign-rows': 'pass', outage: 'pass' },
      ...{ differences: 'inconclusive', errors: 'inconclusive', latency: 'inconclusive' },
    });
  });

  it('pass where both sides answer alike', () => {
    const all = traffic({ legacy: side(1_000), platform: side(1_000), comparisons: clean });
    expect(new Set(Object.values(outcomes(all)))).to.deep.equal(new Set(['pass']));
  });

  it('fail each by its own cause', () => {
    const base = { legacy: side(1_000), platform: side(1_000), comparisons: clean };
    const slow = side(1_000, 0, 0, [800, 0, 0, 0, 0, 0, 0, 0, 200]);
    const cases: readonly (readonly [string, Partial<Traffic>])[] = [
      ['foreign-rows', { comparisons: { ...clean, foreign: 1 } }],
      ['differences', { comparisons: { ...clean, different: 20 } }],
      ['errors', { platform: side(1_000, 60) }],
      ['latency', { platform: slow }],
    ];
    for (const [gate, change] of cases) {
      const failures = Object.entries(outcomes(traffic({ ...base, ...change }))).filter(([, said]) => said === 'fail');
      expect(failures.map(([name]) => name)).to.deep.equal([gate]);
    }
  });

  it('see an outage by the last answers alone, unless the monolith has it too', () => {
    const calm = traffic({ legacy: side(9_000), platform: side(9_000), comparisons: clean });
    const lately = (platformFailures: number, legacyFailures: number): Traffic =>
      traffic({
        legacy: side(20, legacyFailures, legacyFailures),
        platform: side(20, platformFailures, platformFailures),
      });
    expect(outcomes(calm, lately(5, 0))['outage']).to.equal('fail');
    expect(outcomes(calm, lately(4, 0))['outage']).to.equal('pass');
    expect(outcomes(calm, lately(5, 5))['outage']).to.equal('pass');
  });

  it('need less evidence with more tolerance', () => {
    const comparisons = { ...clean, alike: 140 };
    const few = traffic({ legacy: side(80), platform: side(80), comparisons });
    expect(new Set(Object.values(outcomes(few, few, 20)))).to.deep.equal(new Set(['pass']));
  });

  it('judge the sum of what several gateways saw', () => {
    const all = addTraffic(traffic({ legacy: side(500, 1), comparisons: clean }), traffic({ legacy: side(500, 2) }));
    expect(all.legacy).to.include({ answers: 1_000, errors: 3 });
    expect(all.legacy.times).to.deep.equal([1_000]);
    expect(all.comparisons.alike).to.equal(2_600);
  });
});
