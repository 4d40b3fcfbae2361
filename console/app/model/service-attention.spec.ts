import { expect } from 'chai';
import type { ServiceState, Snapshot } from '../api/services.ts';
import { serviceAttention } from './service-attention.ts';

/** Calls of the gateway to `gallery`: so many up to 0.1 s, up to 2.5 s, and failed. */
const snapshot = (second: number, fast: number, slow: number, errors = 0, isOpen = false): Snapshot => {
  const calls = [
    {
      ...{ name: 'gallery', count: fast + slow, errors },
      buckets: [
        [0.1, fast],
        [2.5, fast + slow],
        [null, fast + slow],
      ] as [number | null, number][],
    },
  ];
  const gateway: ServiceState = {
    ...{ name: 'gateway', isReady: true, reason: null },
    traffic: { routes: [], calls, breakers: [{ to: 'gallery', isOpen }] },
  };
  return { askedAt: new Date(second * 1_000).toISOString(), services: [gateway] };
};

const kinds = (before: Snapshot, now: Snapshot): readonly string[] =>
  serviceAttention(now, before).map(({ kind, target }) => `${kind} ${target}`);

describe('finding what needs a person about services', () => {
  it('names a slow service by its callers, as long as it is slow', () => {
    expect(kinds(snapshot(0, 100, 0), snapshot(10, 100, 5))).to.deep.equal(['slow gallery']);
    expect(kinds(snapshot(0, 100, 5), snapshot(10, 140, 5))).to.deep.equal([]);
  });

  it('makes nothing of one slow call', () => {
    expect(kinds(snapshot(0, 100, 0), snapshot(10, 100, 1))).to.deep.equal([]);
  });

  it('names a service whose calls fail, and an open breaker first', () => {
    expect(kinds(snapshot(0, 100, 0, 0), snapshot(10, 110, 0, 5, true))).to.deep.equal([
      'breaker-open gallery',
      'failing gallery',
    ]);
  });

  it('says why a service is not ready, before there are rates', () => {
    const state = { name: 'search', isReady: false, reason: 'The event store is away.', traffic: null };
    const [item] = serviceAttention({ askedAt: new Date(0).toISOString(), services: [state] }, undefined);
    expect(item).to.include({ severity: 'critical', text: 'Not ready: The event store is away.' });
  });
});
