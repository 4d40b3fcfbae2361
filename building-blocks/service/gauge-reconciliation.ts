import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { lastReconciliation } from '@lego-moc/event-store/reconciliations';
import type { Metrics } from '@lego-moc/metrics/metrics';

/** A scrape must not wait for an event store that does not answer. */
const ANSWER_WITHIN_MS = 3_000;

/** Shows in Prometheus when a reconciliation went through last: 0 before the first one. */
export const gaugeReconciliation = (metrics: Metrics, client: EventStoreClient, name: string): void => {
  const gauge = metrics.gauge(
    'reconciliation_last_success_timestamp_seconds',
    'When the reconciliation went through last, 0 if it never did; left out while the event store does not answer.',
    ['name'],
  );
  const lastSuccess = async (): Promise<number> => {
    const instant = await lastReconciliation(client, name);
    return instant === undefined ? 0 : Date.parse(instant) / 1_000;
  };
  metrics.beforeExposition(async () => {
    const seconds = await Promise.race([lastSuccess(), sleep(ANSWER_WITHIN_MS, undefined, { ref: false })]).catch(
      () => undefined,
    );
    gauge.reset();
    if (seconds !== undefined) gauge.set({ name }, seconds);
  });
};
