import { expect } from 'chai';
import type { Snapshot } from './service-states.ts';
import { trafficHistory, type TrafficHistory } from './traffic-history.ts';
import type { Traffic } from './traffic.ts';

const NOON_MS = Date.parse('2026-11-30T12:00:00.000Z');
const MINUTE_MS = 60_000;

/** So many took 10 ms at most, and so many longer. */
const route = (name: string, fast: number, slow = 0, errors = 0): Traffic => ({
  ...{ name, errors, count: fast + slow },
  buckets: [
    [0.01, fast],
    [null, fast + slow],
  ],
});

const at = (minute: number, ...routes: readonly Traffic[]): Snapshot => ({
  askedAt: new Date(NOON_MS + minute * MINUTE_MS).toISOString(),
  services: [{ name: 'search', isReady: true, reason: null, traffic: { routes, calls: [], breakers: [] } }],
});

describe('the course of traffic', () => {
  let history: TrafficHistory;
  beforeEach(() => {
    history = trafficHistory();
  });

  const cells = (hours: number, minute: number, service?: string) =>
    history
      .view({ hours, service }, NOON_MS + minute * MINUTE_MS)
      .series.map(({ name, cells: steps }) => [
        name,
        ...steps.map(({ step, count, errors, p95 }) => [step, count, errors, p95]),
      ]);

  it('counts what happened between two snapshots, not what a service had counted before', () => {
    history.record(at(0, route('/v1/search', 1_000)));
    history.record(at(1, route('/v1/search', 1_019, 1, 1)));
    expect(cells(1, 1)).to.deep.equal([['search', [59, 20, 1, 0.01]]]);
  });

  it('adds up the routes of a service, and shows them one by one', () => {
    history.record(at(0, route('/a', 0), route('/b', 0)));
    history.record(at(0, route('/a', 3), route('/b', 0, 4)));
    expect(cells(1, 0)).to.deep.equal([['search', [59, 7, 0, null]]]);
    expect(cells(1, 0, 'search')).to.deep.equal([
      ['/a', [59, 3, 0, 0.01]],
      ['/b', [59, 4, 0, null]],
    ]);
    expect(cells(1, 0, 'gallery')).to.deep.equal([]);
  });

  it('marks a process that began to count anew, and takes all that it counted as new', () => {
    history.record(at(0, route('/a', 50)));
    history.record(at(1, route('/a', 2)));
    expect(cells(1, 1)).to.deep.equal([['search', [59, 2, 0, 0.01]]]);
    expect(history.view({ hours: 1 }, NOON_MS + MINUTE_MS).starts).to.deep.equal([
      { service: 'search', at: '2026-11-30T12:01:00.000Z' },
    ]);
  });

  it('puts ten minutes in a step of a day, and forgets what is older', () => {
    history.record(at(0, route('/a', 0)));
    history.record(at(1, route('/a', 1)));
    history.record(at(2, route('/a', 3)));
    expect(cells(24, 2).flat()).to.have.length(2);
    expect(history.view({ hours: 24 }, NOON_MS).stepSeconds).to.equal(600);
    history.record(at(24 * 60 + 2, route('/a', 4)));
    expect(cells(24, 24 * 60 + 2)).to.deep.equal([['search', [143, 1, 0, 0.01]]]);
  });
});
