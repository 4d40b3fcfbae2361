import { expect } from 'chai';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { trafficOf } from './traffic.ts';

describe("gathering a service's traffic from its metrics", () => {
  it('adds up methods and statuses of a route, and counts errors', async () => {
    const metrics = createMetrics('search', { processMetrics: false });
    metrics.observeRequest({ method: 'GET', route: '/v1/search', status: 200 }, 0.004);
    metrics.observeRequest({ method: 'GET', route: '/v1/search', status: 404 }, 0.04);
    metrics.observeRequest({ method: 'POST', route: '/v1/search', status: 503 }, 60);
    metrics.observeRequest({ method: 'GET', route: '/metrics', status: 200 }, 0.001);

    const { routes } = trafficOf((await metrics.exposition()).body);

    expect(routes.map(({ name, count, errors }) => ({ name, count, errors }))).to.deep.equal([
      { name: '/v1/search', count: 3, errors: 1 },
    ]);
    const buckets = new Map(routes[0]?.buckets);
    expect([buckets.get(0.005), buckets.get(0.05), buckets.get(30), buckets.get(null)]).to.deep.equal([1, 2, 2, 3]);
  });

  it('knows calls by the called service, and open breakers', async () => {
    const metrics = createMetrics('gateway', { processMetrics: false });
    const calls = metrics.histogram('gateway_upstream_attempt_duration_seconds', 'Calls.', {
      labels: ['upstream', 'status'],
    });
    calls.observe({ upstream: 'search', status: 200 }, 0.01);
    calls.observe({ upstream: 'search', status: 'failed' }, 5);
    metrics.gauge('gateway_breaker_open', 'Breakers.', ['upstream']).set({ upstream: 'search' }, 1);

    const traffic = trafficOf((await metrics.exposition()).body);

    expect(traffic.calls[0]).to.include({ name: 'search', count: 2, errors: 1 });
    expect(traffic.breakers).to.deep.equal([{ to: 'search', isOpen: true }]);
  });
});
