import { expect } from 'chai';
import fc from 'fast-check';
import { outgrownAt, planFor } from '../bench/scale/plan.ts';
import { simulate, type Station } from '../bench/scale/queues.ts';

/** Sums of many times, in another order. */
const ROUNDING_MS = 1e-6;

const station = (demandMs: number, servers = 1, speed = 1): Station => ({ name: 's', demandMs, servers, speed });

describe('the model of scale', function () {
  this.timeout(60_000);
  it('finds the response times of the M/M/1 queue', () => {
    const { p50Ms, p95Ms, stations } = simulate([station(10)], { perSecond: 50, requests: 200_000, seed: 7 });
    // Response times are exponential with the mean D / (1 - ρ) = 20 ms.
    expect(p50Ms).to.be.closeTo(20 * Math.LN2, 1);
    expect(p95Ms).to.be.closeTo(20 * Math.log(20), 4);
    expect(stations[0]?.utilization).to.equal(0.5);
  });

  it('takes longer with more requests, and less long with more or faster servers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 6 }), (seed, servers) => {
        const p95Of = (perSecond: number, count: number, speed: number): number =>
          simulate([station(5, count, speed)], { perSecond, requests: 5_000, seed }).p95Ms;
        const usual = p95Of(100, servers, 1);
        expect(p95Of(180, servers, 1)).to.be.at.least(usual - ROUNDING_MS);
        expect(p95Of(100, servers + 1, 1)).to.be.at.most(usual + ROUNDING_MS);
        expect(p95Of(100, servers, 2)).to.be.at.most(usual + ROUNDING_MS);
      }),
      { numRuns: 20 },
    );
  });

  it('adds tasks and processors with the load, and never less than production has', () => {
    const [small, medium, large] = [50, 500, 5_000].map((perSecond) => planFor(perSecond));
    expect([...(small?.tasks.values() ?? [])].every((count) => count === 2)).to.equal(true);
    expect(medium?.tasks.get('moc-management')).to.equal(4);
    expect(large?.tasks.get('moc-management')).to.equal(37);
    expect(large?.processors['event-store']).to.be.greaterThan(medium?.processors['event-store'] ?? 0);
    expect(outgrownAt('event-store')).to.be.within(500, 5_000);
  });
});
