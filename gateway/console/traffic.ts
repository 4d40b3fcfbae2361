import { samplesOf, type Sample } from './prometheus-text.ts';

/** What was counted since a process started: the difference of two is what happened between them. */
export type Traffic = {
  readonly name: string;
  readonly count: number;
  /** Without an answer, or answered with 500 or more. */
  readonly errors: number;
  /** Upper bounds in seconds, null for the last, each with how many took no longer. */
  readonly buckets: readonly (readonly [bound: number | null, count: number])[];
};

export type Breaker = { readonly to: string; readonly isOpen: boolean };

export type ServiceTraffic = {
  /** By pattern of the route. */
  readonly routes: readonly Traffic[];
  /** By called service. */
  readonly calls: readonly Traffic[];
  readonly breakers: readonly Breaker[];
};

const REQUESTS = 'http_request_duration_seconds';
/** The gateway's calls, and those between services. */
const CALLS = [
  { histogram: 'gateway_upstream_attempt_duration_seconds', label: 'upstream' },
  { histogram: 'service_client_attempt_duration_seconds', label: 'to' },
] as const;
const BREAKERS = [
  { gauge: 'gateway_breaker_open', label: 'upstream' },
  { gauge: 'service_client_breaker_open', label: 'to' },
] as const;

const NAMES: ReadonlySet<string> = new Set([
  ...[REQUESTS, ...CALLS.map(({ histogram }) => histogram)].flatMap((name) => [`${name}_bucket`, `${name}_count`]),
  ...BREAKERS.map(({ gauge }) => gauge),
]);

/** Health checks and scrapes say nothing about users. */
const OWN_ROUTES = new Set(['/health', '/ready', '/metrics', '/openapi.json']);

const isError = (status = ''): boolean => status === 'failed' || Number(status) >= 500;

const sum = (samples: readonly Sample[]): number => samples.reduce((total, { value }) => total + value, 0);

const bucketsOf = (samples: readonly Sample[]): Traffic['buckets'] =>
  [...Map.groupBy(samples, ({ labels }) => labels['le'] ?? '')]
    .map(([le, group]) => [le === '+Inf' ? null : Number(le), sum(group)] as const)
    .toSorted(([left], [right]) => (left ?? Infinity) - (right ?? Infinity));

const trafficBy = (samples: readonly Sample[], histogram: string, label: string): readonly Traffic[] => {
  const byName = Map.groupBy(samples, ({ labels }) => labels[label] ?? '');
  return [...byName].flatMap(([name, group]) => {
    const counts = group.filter((sample) => sample.name === `${histogram}_count`);
    if (name === '' || counts.length === 0) return [];
    const errors = counts.filter(({ labels }) => isError(labels['status']));
    const buckets = bucketsOf(group.filter((sample) => sample.name === `${histogram}_bucket`));
    return [{ name, count: sum(counts), errors: sum(errors), buckets }];
  });
};

type Bucket = Traffic['buckets'][number];

/** Bucket by bucket; the bounds of a histogram do not change while its process runs. */
const combine = (left: Traffic, right: Traffic, combineCounts: (left: number, right: number) => number): Traffic => {
  const counts = new Map(left.buckets);
  return {
    name: right.name,
    count: combineCounts(left.count, right.count),
    errors: combineCounts(left.errors, right.errors),
    buckets: right.buckets.map(([bound, count]): Bucket => [bound, combineCounts(counts.get(bound) ?? 0, count)]),
  };
};

export const addTraffic = (left: Traffic, right: Traffic): Traffic => combine(left, right, (some, more) => some + more);

/** What happened between two counts; all of it when the process has begun to count anew. */
export const trafficBetween = (before: Traffic | undefined, now: Traffic): Traffic =>
  before === undefined || before.count > now.count ? now : combine(before, now, (former, count) => count - former);

/** Requests, calls and breakers from the metrics of a process. */
export const trafficOf = (text: string): ServiceTraffic => {
  const samples = samplesOf(text, NAMES);
  const of = (prefix: string): readonly Sample[] => samples.filter(({ name }) => name.startsWith(prefix));
  return {
    routes: trafficBy(of(REQUESTS), REQUESTS, 'route').filter(({ name }) => !OWN_ROUTES.has(name)),
    calls: CALLS.flatMap(({ histogram, label }) => trafficBy(of(histogram), histogram, label)),
    breakers: BREAKERS.flatMap(({ gauge, label }) =>
      of(gauge).map(({ labels, value }) => ({ to: labels[label] ?? '', isOpen: value === 1 })),
    ),
  };
};
