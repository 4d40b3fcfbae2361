import { expect } from 'chai';
import { seededRandom } from '@lego-moc/testing/seeded-random';
import { addTraffic, NO_TRAFFIC, type SideTraffic, type Traffic } from './traffic.ts';
import { judgeTraffic } from './traffic-gates.ts';

const BOUNDS = Array.from({ length: 52 }, (_, place) => 2 ** (place / 4));
const RUNS = 200;
const LOOKS = 60;
/** Of each side, between two looks. */
const ANSWERS = 150;
const READS = 100;

type Nature = { readonly errorRate: number; readonly slowness: number };
type World = { readonly legacy: Nature; readonly platform: Nature; readonly differenceRate: number };

const HEALTHY: Nature = { errorRate: 0.005, slowness: 1 };

/** Times with a long tail: a median of 20 ms, one in twenty beyond some 100 ms. */
const timeOf = (random: () => number, slowness: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return slowness * 20 * Math.exp(normal);
};

const sideTraffic = (random: () => number, { errorRate, slowness }: Nature): SideTraffic => {
  const times = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  let errors = 0;
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    if (random() < errorRate) errors += 1;
    const time = timeOf(random, slowness);
    const place = BOUNDS.findIndex((bound) => time <= bound);
    const at = place === -1 ? BOUNDS.length : place;
    times[at] = (times[at] ?? 0) + 1;
  }
  return { answers: ANSWERS, errors, failures: 0, times };
};

const trafficOf = (random: () => number, { legacy, platform, differenceRate }: World): Traffic => {
  let different = 0;
  for (let read = 0; read < READS; read += 1) if (random() < differenceRate) different += 1;
  return {
    legacy: sideTraffic(random, legacy),
    platform: sideTraffic(random, platform),
    comparisons: { alike: READS - different, different, foreign: 0, unsettled: 0, skipped: 0 },
  };
};

/** Looks again and again while traffic comes in, and stops at the first gate that fails; else says what is left. */
const runStage = (seed: number, world: World): { readonly failed: boolean; readonly passed: boolean } => {
  const random = seededRandom(seed);
  let sum = NO_TRAFFIC;
  let hasPassed = false;
  for (let look = 0; look < LOOKS; look += 1) {
    sum = addTraffic(sum, trafficOf(random, world));
    const verdicts = judgeTraffic(sum, NO_TRAFFIC, { bounds: BOUNDS, tolerance: 1 });
    if (verdicts.some(({ outcome }) => outcome === 'fail')) return { failed: true, passed: hasPassed };
    hasPassed ||= verdicts.every(({ outcome }) => outcome === 'pass');
  }
  return { failed: false, passed: hasPassed };
};

const simulate = (world: World) => {
  const runs = Array.from({ length: RUNS }, (_, seed) => runStage(seed + 1, world));
  const shareOf = (isCounted: (run: (typeof runs)[number]) => boolean): number => runs.filter(isCounted).length / RUNS;
  return { failed: shareOf(({ failed }) => failed), passed: shareOf(({ passed }) => passed) };
};

describe('gates that look again and again, in 200 seeded runs', function () {
  this.timeout(60_000);

  it('fail in at most 1 of 20 runs when both sides are the same, and let nearly all of them pass', () => {
    const { failed, passed } = simulate({ legacy: HEALTHY, platform: HEALTHY, differenceRate: 0.0002 });
    expect(failed).to.be.at.most(0.05);
    expect(passed).to.be.at.least(0.9);
  });

  for (const [what, platform, differenceRate] of [
    ['three errors in a hundred', { ...HEALTHY, errorRate: 0.03 }, 0.0002],
    ['answers that take three times as long', { ...HEALTHY, slowness: 3 }, 0.0002],
    ['one answer in two hundred that differs', HEALTHY, 0.005],
  ] as const)
    it(`fail in at least 19 of 20 runs by ${what}`, () => {
      expect(simulate({ legacy: HEALTHY, platform, differenceRate }).failed).to.be.at.least(0.95);
    });
});
