import { Router, type RequestHandler } from 'express';
import { ok } from '@lego-moc/http/respond';
import { defineRoute, route, type RouteContract } from '@lego-moc/http/route-contract';
import type { Metrics } from '@lego-moc/metrics/metrics';
import { processList, processQuery } from '@lego-moc/operations/contracts/processes';
import type { ProcessStates } from '@lego-moc/processes/process-states';

const LIST = defineRoute({
  ...{ tags: ['operations'], access: 'operator', method: 'get', path: '/ops/processes' },
  summary: 'List the processes that are not over, by state, and those that moved least recently',
  query: processQuery,
  replies: { 200: { description: 'Numbers by process and state, and instances', schema: processList } },
});

/** For the OpenAPI document of the service. */
export const PROCESS_CONTRACTS: readonly RouteContract[] = [LIST];

/** `/ops/processes`: the processes of this service. `guard` admits only operators. */
export const processesRouter = (states: ProcessStates, guard: RequestHandler): Router =>
  Router()
    .use('/ops/processes', guard)
    .use(
      route(LIST, async ({ query }) => {
        const [counts, instances] = await Promise.all([states.count(), states.list(query)]);
        return ok({
          states: counts.map((count) => ({ ...count, oldestMovedAt: new Date(count.oldestMovedAt).toISOString() })),
          instances: instances.map((instance) => ({ ...instance, movedAt: new Date(instance.movedAt).toISOString() })),
        });
      }),
    );

/** Shows in Prometheus how many instances of each process are open, by state, and for how long the oldest has not moved. */
export const gaugeProcesses = (metrics: Metrics, states: ProcessStates): void => {
  const labels = ['process', 'state'] as const;
  const open = metrics.gauge('process_open_instances', 'Instances of a process that are not over, by state.', labels);
  const oldest = metrics.gauge(
    'process_oldest_instance_last_moved_timestamp_seconds',
    'When the open instance that waits longest moved last.',
    labels,
  );
  metrics.beforeExposition(async () => {
    const counts = await states.count().catch(() => []);
    open.reset();
    oldest.reset();
    for (const { process, state, open: count, oldestMovedAt } of counts) {
      open.set({ process, state }, count);
      oldest.set({ process, state }, new Date(oldestMovedAt).getTime() / 1_000);
    }
  });
};
