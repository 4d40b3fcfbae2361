import type { Metrics } from '@lego-moc/metrics/metrics';

export type CallMetrics = {
  /** One attempt that was answered with `status`, or `failed`. */
  readonly observeAttempt: (to: string, status: number | 'failed', seconds: number) => void;
  readonly countFailure: (to: string, reason: string) => void;
  readonly countRetry: (to: string) => void;
  readonly setBreaker: (to: string, isOpen: boolean) => void;
};

/** Counts failed calls, retries and open breakers as `<prefix>_…`, each labelled `label` with the called service. */
export const callMetrics = (
  metrics: Metrics,
  { prefix, label, breaker }: { readonly prefix: string; readonly label: string; readonly breaker: string },
): CallMetrics => {
  const failures = metrics.counter(`${prefix}_failures_total`, 'Requests that a called service did not answer.', [
    label,
    'reason',
  ]);
  const attempts = metrics.histogram(
    `${prefix}_attempt_duration_seconds`,
    'Time from a request to the head of the called service’s answer, by status; "failed" without one.',
    { labels: [label, 'status'] },
  );
  const retries = metrics.counter(`${prefix}_retries_total`, 'Requests sent to a called service again.', [label]);
  const open = metrics.gauge(breaker, '1 while a service is not called because it keeps failing.', [label]);
  return {
    observeAttempt: (to, status, seconds) => attempts.observe({ [label]: to, status }, seconds),
    countFailure: (to, reason) => failures.inc({ [label]: to, reason }),
    countRetry: (to) => retries.inc({ [label]: to }),
    setBreaker: (to, isOpen) => open.set({ [label]: to }, isOpen ? 1 : 0),
  };
};

/** The metrics of calls between services: `service_client_…`, labelled `to`. */
export const serviceClientMetrics = (metrics: Metrics): CallMetrics =>
  callMetrics(metrics, { prefix: 'service_client', label: 'to', breaker: 'service_client_breaker_open' });
