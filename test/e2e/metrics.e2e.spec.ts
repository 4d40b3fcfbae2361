import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { awaitCounts, awaitSearchHit, uploadMoc } from '@lego-moc/local/demo-steps';
import { CONTEXTS, GATEWAY, portOf } from '@lego-moc/local/registry';
import { ALERTS } from '@lego-moc/observability/alerts';
import { dashboard } from '@lego-moc/observability/dashboard';
import { startPrometheus, type Prometheus } from '@lego-moc/testing/prometheus-for-tests';
import { isInstalled, skipWithout } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { requestsAs } from './requests.ts';

const DATA_WITHIN_MS = 45_000;
const SAMPLES = join(import.meta.dirname, '../../infra/local/samples');
const NAMES = [GATEWAY, ...CONTEXTS].map(({ name }) => name);

/** Nobody is there: what matters is that the service knows of an Auth Service to be reconciled with. */
const AUTH_SERVICE_URL = 'http://127.0.0.1:9/users';

/** What Grafana puts in for its variables. */
const VARIABLES = { $__rate_interval: '30s', $__range: '1h', $service: '.*', $route: '.*' };

const withoutVariables = (expr: string): string =>
  Object.entries(VARIABLES).reduce((text, [name, value]) => text.replaceAll(name, value), expr);

type Panel = { readonly title?: string; readonly targets?: readonly { readonly expr?: string }[] };

const dashboardQueries = (): readonly (readonly [string, string])[] =>
  (dashboard() as { readonly panels: readonly Panel[] }).panels.flatMap(({ title = '', targets = [] }) =>
    targets.map(({ expr = '' }, index) => [`${title} ${index + 1}`, withoutVariables(expr)] as const),
  );

describe('the metrics of a running platform', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;

  before(async () => {
    platform = await startPlatform({ AUTH_SERVICE_URL });
    const files = {
      instructions: join(SAMPLES, 'harbour-crane-instructions.pdf'),
      photo: join(SAMPLES, 'harbour-crane.png'),
      partsLists: [join(SAMPLES, 'harbour-crane-parts.csv')],
    };
    const grace = await platform.signedInAs('grace');
    const { moc } = await uploadMoc(grace, 'Harbour crane', files);
    await Promise.all([awaitCounts(grace, moc, () => undefined), awaitSearchHit(grace, moc)]);
    await requestsAs(platform, 'grace')('/api/users/me');
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  describe('by promtool', () => {
    before(function () {
      if (!isInstalled('promtool')) skipWithout(this, 'promtool', 'install the Debian package prometheus');
    });

    for (const name of NAMES)
      it(`have names as they should be in ${name}`, async () => {
        const input = await (await fetch(`http://127.0.0.1:${portOf(platform.ports, name)}/metrics`)).text();
        const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
        expect([status, stdout + stderr]).to.deep.equal([0, '']);
      });
  });

  describe('in Prometheus', () => {
    let prometheus: Prometheus;

    before(async function () {
      if (!isInstalled('prometheus')) skipWithout(this, 'Prometheus', 'install the Debian package prometheus');
      prometheus = await startPrometheus(NAMES.map((name) => portOf(platform.ports, name)));
    });
    after(() => (prometheus as Prometheus | undefined)?.stop());

    const queries = [
      ...dashboardQueries(),
      ...Object.entries(ALERTS).map(([name, { value }]) => [`alert ${name}`, value] as const),
    ];

    for (const [name, expr] of queries)
      it(`have data for ${name}`, async () => {
        // Rates need some requests while Prometheus looks.
        const ask = requestsAs(platform, 'grace');
        const series = await pollUntil(
          expr,
          async () => {
            await Promise.all([ask('/api/search?q=crane'), ask('/api/mocs'), ask('/api/users/me')]);
            return prometheus.seriesOf(expr);
          },
          (count) => count > 0,
          DATA_WITHIN_MS,
        );
        expect(series).to.be.greaterThan(0);
      });
  });
});
