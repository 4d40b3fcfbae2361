import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { droppedLines } from '@lego-moc/logger/standard-output';

export type HttpLabels = { readonly method: string; readonly route: string; readonly status: number };

export type Metrics = {
  readonly registry: Registry;
  /** Records one answered request; `route` is the pattern, never the path, so that the number of series stays small. */
  readonly observeRequest: (labels: HttpLabels, seconds: number) => void;
  readonly counter: <Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
  ) => Counter<Label>;
  readonly gauge: <Label extends string = never>(name: string, help: string, labels?: readonly Label[]) => Gauge<Label>;
  readonly histogram: <Label extends string = never>(
    name: string,
    help: string,
    options?: { readonly labels?: readonly Label[]; readonly buckets?: readonly number[] },
  ) => Histogram<Label>;
  /** Registers `update`, which runs before metrics are read; it must not throw, and must bound its own waiting. */
  readonly beforeExposition: (update: () => Promise<void>) => void;
  /** The Prometheus text form of all metrics, and its content type. */
  readonly exposition: () => Promise<{ readonly contentType: string; readonly body: string }>;
};

/** Fine around the 50 ms and 200 ms that the requirements set, coarse up to the 30 s of an upload. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];

/** Gauges of prom-client whose names say that they are counters; their sums by type remain. */
const GAUGES_NAMED_AS_COUNTERS = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/** The metrics of one service, each labelled with its name. Process metrics are included unless `processMetrics: false`. */
export const createMetrics = (service: string, { processMetrics = true } = {}): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (processMetrics) {
    collectDefaultMetrics({ register: registry });
    for (const name of GAUGES_NAMED_AS_COUNTERS) registry.removeSingleMetric(name);
  }

  new Counter({
    name: 'log_lines_dropped_total',
    help: 'Log lines lost because standard output took no more: a full disk, a closed pipe.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(droppedLines());
    },
  });

  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last byte of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });

  const describe = <Label extends string>(name: string, help: string, labels: readonly Label[] = []) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });

  const updates: (() => Promise<void>)[] = [];

  return {
    registry,
    observeRequest: (labels, seconds) => {
      requests.observe(labels, seconds);
    },
    counter: (name, help, labels) => new Counter(describe(name, help, labels)),
    gauge: (name, help, labels) => new Gauge(describe(name, help, labels)),
    histogram: (name, help, options) =>
      new Histogram({ ...describe(name, help, options?.labels), buckets: [...(options?.buckets ?? SECONDS)] }),
    beforeExposition: (update) => void updates.push(update),
    exposition: async () => {
      await Promise.all(updates.map((update) => update()));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
};
