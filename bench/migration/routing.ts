import type { RoutedRequestContext } from '../../gateway/pipeline/request-context.ts';
import { routeDestination } from '../../gateway/proxy/destination.ts';
import { gatheredEvidence } from '../../gateway/legacy/shadow/gathered-evidence.ts';
import { shadowReads } from '../../gateway/legacy/shadow/shadow-reads.ts';
import { trafficComparison } from '../../gateway/legacy/shadow/traffic-comparison.ts';
import { besideMonolith } from '../../gateway/legacy/sides.ts';
import { writeGate } from '../../gateway/legacy/write-gate.ts';
import { quantile } from './times.ts';

const BATCH = 200;

const contextOf = (number: number): RoutedRequestContext =>
  ({
    ...{ method: 'GET', request: { url: '/api/wishlist', headers: {} }, correlationId: 'c-1', token: 'a.b.c' },
    verification: { user: { id: `user-${String(number % 1_000)}`, roles: [] } },
    match: {
      ...{ path: '/legacy/wishlist', upload: false },
      route: {
        ...{ prefix: '/api/wishlist', target: '/legacy/wishlist', upstream: 'wishlist', access: 'user' },
        legacy: { area: 'wishlist', capability: 'wishlist' },
      },
    },
  }) as unknown as RoutedRequestContext;

const perCallMs = async (batches: number, choose: (context: RoutedRequestContext) => unknown): Promise<number> => {
  const times: number[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const startedAt = performance.now();
    for (let call = 0; call < BATCH; call += 1) await choose(contextOf(batch * BATCH + call));
    times.push((performance.now() - startedAt) / BATCH);
  }
  return quantile(times, 0.5);
};

/** What choosing a side by the user adds to a request, in milliseconds: a canary at half, compared 50 times a second. */
export const measureRouting = async (batches: number): Promise<number> => {
  const gate = writeGate({ answerTimeoutMs: 5_000 });
  gate.apply(
    [{ capability: 'wishlist', version: 7, state: 'canary', percent: 50, allow: [], deny: [], nextPercent: null }],
    performance.now(),
  );
  const evidence = gatheredEvidence();
  const read = () => Promise.reject(new Error('not asked'));
  const shadow = shadowReads({ read, evidence, count: () => undefined, isFollowed: () => true, perSecond: 50 });
  const comparison = trafficComparison({ shadow, evidence, signContext: () => [], originOf: () => 'http://127.0.0.1' });
  const chooseDestination = besideMonolith({ gate, metrics: { observe: () => undefined }, comparison });
  return (await perCallMs(batches, chooseDestination)) - (await perCallMs(batches, routeDestination));
};
