import type { Metrics } from '@lego-moc/metrics/metrics';
import type { Database } from '@lego-moc/postgres/database';

/** Shows in Prometheus how much of the service's pools of connections is in use: `requests` has time limits. */
export const gaugeDatabase = (metrics: Metrics, db: Pick<Database, 'connections' | 'withoutTimeouts'>): void => {
  const busy = metrics.gauge('database_connections_busy', 'Connections that work at a statement.', ['pool']);
  const open = metrics.gauge('database_connections_open', 'Connections to the database, busy or idle.', ['pool']);
  const max = metrics.gauge('database_connections_max', 'Connections that the pool may open.', ['pool']);
  const waiting = metrics.gauge('database_waiting_statements', 'Statements that wait for a connection.', ['pool']);
  metrics.beforeExposition(() => {
    for (const [pool, database] of [
      ['requests', db],
      ['background', db.withoutTimeouts],
    ] as const) {
      const use = database.connections();
      busy.set({ pool }, use.busy);
      open.set({ pool }, use.open);
      max.set({ pool }, use.max);
      waiting.set({ pool }, use.waiting);
    }
    return Promise.resolve();
  });
};
