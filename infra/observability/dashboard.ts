import type * as common from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as NodeGraphBuilder } from '@grafana/grafana-foundation-sdk/nodegraph';
import { PanelBuilder as PieChartBuilder } from '@grafana/grafana-foundation-sdk/piechart';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { ERROR_PERCENT, REQUESTS } from './alerts.ts';

const SOURCE: common.DataSourceRef = { type: 'prometheus', uid: 'prometheus' };
const WIDTH = 24;
const HEIGHT = 9;

const PER_SERVICE = `service=~"$service",${REQUESTS}`;
const PER_ROUTE = `${PER_SERVICE},route=~"$route"`;

const query = (expr: string, legend: string): DataqueryBuilder =>
  new DataqueryBuilder().datasource(SOURCE).expr(expr).legendFormat(legend);

const graph = (
  title: string,
  unit: string,
  queries: readonly DataqueryBuilder[],
  width = WIDTH / 2,
): TimeseriesBuilder =>
  new TimeseriesBuilder()
    .title(title)
    .datasource(SOURCE)
    .unit(unit)
    .span(width)
    .height(HEIGHT)
    .min(0)
    .targets([...queries]);

/** Calls a second between two services, in the fields that a node graph reads. */
const edges = (metric: string, label: string): string => {
  const calls = `sum by (service, ${label}) (rate(${metric}_count[$__rate_interval]))`;
  const source = `label_replace(${calls}, "source", "$1", "service", "(.*)")`;
  const target = `label_replace(${source}, "target", "$1", "${label}", "(.*)")`;
  return `label_join(${target}, "id", " → ", "source", "target")`;
};

const EDGES = `${edges('gateway_upstream_attempt_duration_seconds', 'upstream')} or ${edges('service_client_attempt_duration_seconds', 'to')}`;
const NODES = `label_replace(label_replace(sum by (service) (rate(http_request_duration_seconds_count{${REQUESTS}}[$__rate_interval])), "id", "$1", "service", "(.*)"), "title", "$1", "service", "(.*)")`;

const table = (refId: string, expr: string): DataqueryBuilder =>
  query(expr, '').refId(refId).format(PromQueryFormat.Table).instant();

/** The four widgets of the requirements. */
const requiredWidgets = (): readonly Builder<Panel>[] => [
  new NodeGraphBuilder()
    .title('Service map: calls a second')
    .datasource(SOURCE)
    .span(WIDTH / 2)
    .height(2 * HEIGHT)
    .targets([table('nodes', NODES), table('edges', EDGES)])
    .transformations([{ id: 'renameByRegex', options: { regex: 'Value.*', renamePattern: 'mainstat' } }]),
  new HeatmapBuilder()
    .title('Latency: $service $route')
    .datasource(SOURCE)
    .span(WIDTH / 2)
    .height(HEIGHT)
    .targets([
      query(
        `sum by (le) (increase(http_request_duration_seconds_bucket{${PER_ROUTE}}[$__rate_interval]))`,
        '{{le}}',
      ).format(PromQueryFormat.Heatmap),
    ]),
  graph('Errors in percent, last 24 hours', 'percent', [query(ERROR_PERCENT, '{{service}}')]).timeFrom('24h'),
  new PieChartBuilder()
    .title('Traffic by service')
    .datasource(SOURCE)
    .span(WIDTH / 2)
    .height(HEIGHT)
    .targets([
      query(
        `sum by (service) (increase(http_request_duration_seconds_count{service!="gateway",${REQUESTS}}[$__range]))`,
        '{{service}}',
      ).instant(),
    ]),
];

const quantile = (share: number): string =>
  `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{${PER_ROUTE}}[$__rate_interval])))`;

const requestPanels = (): readonly Builder<Panel>[] => [
  graph('Requests a second', 'reqps', [
    query(
      `sum by (service) (rate(http_request_duration_seconds_count{${PER_SERVICE}}[$__rate_interval]))`,
      '{{service}}',
    ),
  ]),
  graph(
    'Response time',
    's',
    [0.5, 0.95, 0.99].map((share) => query(quantile(share), `p${share * 100}`)),
  ),
  graph('Calls between services, p95', 's', [
    query(
      'histogram_quantile(0.95, sum by (service, to, le) (rate(service_client_attempt_duration_seconds_bucket[$__rate_interval])))',
      '{{service}} → {{to}}',
    ),
    query(
      'histogram_quantile(0.95, sum by (upstream, le) (rate(gateway_upstream_attempt_duration_seconds_bucket[$__rate_interval])))',
      'gateway → {{upstream}}',
    ),
  ]),
  graph('Open circuits', 'none', [
    query('max by (service, to) (service_client_breaker_open)', '{{service}} → {{to}}'),
    query('max by (upstream) (gateway_breaker_open)', 'gateway → {{upstream}}'),
  ]),
];

const eventPanels = (): readonly Builder<Panel>[] => [
  graph('Subscriptions: events waiting', 'none', [
    query(
      'max by (service, group) (subscription_lag_messages) > 0 or 0 * max by (service) (subscription_lag_messages)',
      '{{service}} {{group}}',
    ),
  ]),
  graph('Subscriptions: age of the first unhandled event', 's', [
    query(
      'max by (service, group) (subscription_lag_seconds) > 0 or 0 * max by (service) (subscription_lag_seconds)',
      '{{service}} {{group}}',
    ),
  ]),
  graph('Parked messages', 'none', [
    query('sum by (service) (max by (service, group) (subscription_parked_messages))', '{{service}}'),
  ]),
  graph('Groups that are not live', 'none', [
    query(
      'count by (service, state) (subscription_state{state!~"live|standby"} == 1) or 0 * count by (service) (subscription_state)',
      '{{service}} {{state}}',
    ),
  ]),
];

/** Events of this type appended in an hour. */
const perHour = (type: string): string => `sum(increase(events_appended_total{type=~"${type}"}[1h]))`;

const businessPanels = (): readonly Builder<Panel>[] => [
  graph('In an hour', 'none', [
    query(perHour('MocDrafted'), 'MOCs created'),
    query(perHour('FileStored'), 'files uploaded'),
    query(
      'sum(increase(http_request_duration_seconds_count{service="search",method="GET",route="/v1/search"}[1h]))',
      'searches',
    ),
  ]),
  graph('In a day', 'none', [
    query('sum(increase(events_appended_total{type="ProfileCreated"}[1d])) or vector(0)', 'users registered'),
  ]),
];

const processPanels = (): readonly Builder<Panel>[] => [
  graph('CPU', 'percentunit', [
    query('sum by (service) (rate(process_cpu_seconds_total[$__rate_interval]))', '{{service}}'),
  ]),
  graph('Memory', 'bytes', [query('sum by (service) (process_resident_memory_bytes)', '{{service}}')]),
  graph('Event loop delay, p99', 's', [query('max by (service) (nodejs_eventloop_lag_p99_seconds)', '{{service}}')]),
  graph('Busy connections to PostgreSQL', 'percent', [
    query(
      '100 * max by (service, pool) (database_connections_busy / database_connections_max)',
      '{{service}} {{pool}}',
    ),
  ]),
  graph('Statements waiting for a connection', 'none', [
    query('max by (service, pool) (database_waiting_statements)', '{{service}} {{pool}}'),
  ]),
  graph('Instances up', 'none', [query('count by (job) (up == 1)', '{{job}}')]),
];

const variable = (name: string, metric: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .datasource(SOURCE)
    .query(`label_values(${metric}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*');

/** The dashboard of the platform, in the form that Grafana reads. */
export const dashboard = (): object => {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- files that Grafana 12 reads at its start are of the first schema
  const builder = new DashboardBuilder('LEGO MOC')
    .uid('lego-moc')
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .withVariable(variable('service', 'http_request_duration_seconds_count'))
    .withVariable(variable('route', 'http_request_duration_seconds_count{service=~"$service"}'));
  const rows = {
    'At a glance': requiredWidgets(),
    Requests: requestPanels(),
    Events: eventPanels(),
    'What people do': businessPanels(),
    Processes: processPanels(),
  };
  for (const [title, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  return builder.build();
};
