import { LIMITS } from './limits.ts';

/** `page` wakes somebody up; `notify` can wait for the morning. */
export type Severity = 'page' | 'notify';

export type Alert = {
  readonly severity: Severity;
  /** A PromQL expression that has a value also while nothing is wrong. */
  readonly value: string;
  /** Raised while the value is above this. */
  readonly above: number;
  /** Counts only where this has a value. */
  readonly provided?: string;
  /** How long it must hold. */
  readonly minutes: number;
  /** What is wrong, where `service` stands for the labelled one. */
  readonly summary: (service: string) => string;
};

/** Requests of people and services: probes and connections that stay open on purpose are left out. */
export const REQUESTS = 'route!~"/health|/ready|/metrics|/docs/.*|.*/(tail|watch)|.*/builds/:buildId/events"';

const perService = (selector: string): string =>
  `sum by (service) (rate(http_request_duration_seconds_count{${selector}}[5m]))`;

/** Percent of the requests that fail, 0 for a service without any. */
export const ERROR_PERCENT = `100 * (${perService(`status=~"5..",${REQUESTS}`)} or 0 * ${perService(REQUESTS)}) / (${perService(REQUESTS)} > 0)`;

const P95_SECONDS = `histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket{${REQUESTS}}[5m])) > 0)`;

/** The alerts of the requirements, by name; docs/operations.md has a section for each. */
export const ALERTS = {
  ErrorRate: {
    ...{ severity: 'page', value: ERROR_PERCENT, above: LIMITS.errorPercent, minutes: 2 },
    provided: `60 * ${perService(REQUESTS)} >= ${LIMITS.requestsPerMinute}`,
    summary: (service) => `More than ${LIMITS.errorPercent} % of the requests to ${service} fail.`,
  },
  SlowRequests: {
    ...{ severity: 'notify', value: P95_SECONDS, above: LIMITS.p95Seconds, minutes: 5 },
    summary: (service) => `One in twenty requests to ${service} takes longer than ${LIMITS.p95Seconds} s.`,
  },
  CrashLoop: {
    severity: 'page',
    value: 'sum by (service) (changes(process_start_time_seconds[15m]))',
    ...{ above: LIMITS.restarts, minutes: 0 },
    summary: (service) => `${service} does not stay up.`,
  },
  ServiceAway: {
    severity: 'page',
    value: 'count by (instance) (up == 0) or 0 * count by (instance) (up)',
    ...{ above: 0, minutes: 2 },
    summary: (service) => `${service} does not answer the question for its metrics.`,
  },
  DatabaseConnections: {
    severity: 'notify',
    value: '100 * max by (service, pool) (database_connections_busy / database_connections_max)',
    ...{ above: LIMITS.databaseConnectionsPercent, minutes: 5 },
    summary: (service) =>
      `More than ${LIMITS.databaseConnectionsPercent} % of the connections of ${service} to PostgreSQL are busy.`,
  },
  EventLag: {
    severity: 'notify',
    value: 'max by (service, group) (subscription_lag_seconds) or max by (service) (event_bus_lag_seconds)',
    ...{ above: LIMITS.eventLagSeconds, minutes: 3 },
    summary: (service) => `A subscription of ${service} is more than ${LIMITS.eventLagSeconds} s behind.`,
  },
  DeadLetters: {
    severity: 'notify',
    value: 'sum by (service) (max by (service, group) (subscription_parked_messages))',
    ...{ above: LIMITS.deadLetters, minutes: 1 },
    summary: (service) => `More than ${LIMITS.deadLetters} messages of ${service} are parked.`,
  },
  ReconciliationOverdue: {
    severity: 'notify',
    value: '(time() - max by (service, name) (reconciliation_last_success_timestamp_seconds)) / 86400',
    ...{ above: LIMITS.reconciliationDays, minutes: 60 },
    summary: (service) => `${service} has not been reconciled for ${LIMITS.reconciliationDays} days.`,
  },
} as const satisfies Readonly<Record<string, Alert>>;

export type AlertName = keyof typeof ALERTS;
