/** The namespace of the platform's own metrics in CloudWatch. */
export const METRICS_NAMESPACE = 'LegoMoc';

/** Metrics that alarms and scaling read: the ones of Prometheus' rules, by the names that services expose. */
const METRIC_NAMES = '^(subscription_lag_messages|subscription_lag_seconds|subscription_parked_messages)$$';

/** Configuration of the collector beside a service: scrapes its `/metrics`, writes what alarms need to CloudWatch. */
export const collectorConfig = ({
  service,
  port,
  logGroup,
  region,
}: {
  readonly service: string;
  readonly port: number;
  readonly logGroup: string;
  readonly region: string;
}): string =>
  JSON.stringify({
    receivers: {
      prometheus: {
        config: {
          scrape_configs: [
            { job_name: service, scrape_interval: '15s', static_configs: [{ targets: [`127.0.0.1:${port}`] }] },
          ],
        },
      },
    },
    processors: {
      'filter/exported': { metrics: { include: { match_type: 'regexp', metric_names: [METRIC_NAMES] } } },
      batch: { timeout: '15s' },
    },
    exporters: {
      awsemf: {
        region,
        namespace: METRICS_NAMESPACE,
        log_group_name: logGroup,
        log_stream_name: service,
        dimension_rollup_option: 'NoDimensionRollup',
        metric_declarations: [
          // Alarms look at the worst group of a service, scaling at one group.
          { dimensions: [['service'], ['service', 'group']], metric_name_selectors: [METRIC_NAMES] },
        ],
      },
    },
    service: {
      pipelines: {
        metrics: { receivers: ['prometheus'], processors: ['filter/exported', 'batch'], exporters: ['awsemf'] },
      },
    },
  });
