/** The limits of the requirements: the alerts of Prometheus and the alarms of CloudWatch take them from here. */
export const LIMITS = {
  errorPercent: 5,
  p95Seconds: 1,
  databaseConnectionsPercent: 80,
  eventLagSeconds: 60,
  deadLetters: 10,
  /** Reconciliation is due weekly; a day late is overdue. */
  reconciliationDays: 8,
  /** A single failure at night is no outage: a rate counts from so many requests a minute. */
  requestsPerMinute: 20,
  restarts: 2,
} as const;
