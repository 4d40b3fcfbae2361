import { Router, type Express, type RequestHandler } from 'express';
import { authenticate, requireRole } from '@lego-moc/auth-middleware/authenticate';
import { keysFromFile, keysFromUrl } from '@lego-moc/auth-middleware/public-keys';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { asyncApiDocument, type EventPayloads } from '@lego-moc/event-store/asyncapi';
import { groupsOn } from '@lego-moc/event-store/operable';
import { createApi, type ApiOptions, type Readiness } from '@lego-moc/http/api';
import { createMetrics, type Metrics } from '@lego-moc/metrics/metrics';
import { aggregatesRouter } from '@lego-moc/operations/aggregate-routes';
import { visibilityOf, type Category } from '@lego-moc/operations/categories';
import { streamsRouter } from '@lego-moc/operations/stream-routes';
import type { ProcessStates } from '@lego-moc/processes/process-states';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { auditsRouter, gaugeAudits } from './audits.ts';
import { actionRecorder, actionsRouter } from './operator-actions.ts';
import { operatorsContracts } from './operators-contracts.ts';
import { gaugeProcesses, processesRouter } from './process-routes.ts';
import { projectionsRouter } from './projection-routes.ts';
import { restartRouter } from './restart-route.ts';
import { revealRouter } from './reveal-route.ts';
import { gaugeOpenCalls, gaugeSubscriptions, subscriptionsRouter, withReadModels } from './subscriptions.ts';

export type ServiceApiOptions = Omit<ApiOptions, 'metrics' | 'ready'> & {
  /** Sources of the trusted public keys: the gateway's, and the other services'. */
  readonly trust: { readonly userContextJwksUrl: string; readonly serviceJwksPath: string };
  readonly eventStore: EventStoreClient;
  /** The payload of each type of integration event that it publishes. */
  readonly events?: EventPayloads;
  /** The service's own streams, for operators. */
  readonly categories?: readonly Category[];
  /** Its projections, where it has any: called for each request, since they start later. */
  readonly projections?: () => readonly RunningProjection[];
  /** Its processes, where it has any. */
  readonly processes?: ProcessStates;
  /** The service's metrics, where other components count in them as well. */
  readonly metrics?: Metrics;
};

/** What operators see is kept nowhere on the way to them. */
const keepOutOfCaches: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** The app of a service, given its readiness. */
export type ServiceApi = (ready: () => Readiness) => Express;

/**
 * `createApi` with the common parts of every service: authentication, the operators' routes of all subscriptions
 * through `eventStore` (`/ops/subscriptions`), and their metrics, what operators did (`/ops/actions`), and the streams
 * (`/ops/streams` and others). `/asyncapi.json` describes its integration events.
 */
export const serviceApi =
  ({
    trust,
    eventStore,
    service,
    routes,
    contracts = [],
    events = {},
    categories = [],
    projections,
    processes,
    metrics = createMetrics(service),
    ...options
  }: ServiceApiOptions): ServiceApi =>
  (ready) => {
    const groups = () => groupsOn(eventStore);
    const guard = requireRole('operator');
    const record = actionRecorder(eventStore, service);
    const visibility = (stream: string) => visibilityOf(categories, stream);
    gaugeSubscriptions(metrics, groups);
    gaugeOpenCalls(metrics, eventStore);
    gaugeAudits(metrics, eventStore);
    if (processes !== undefined) gaugeProcesses(metrics, processes);
    return createApi({
      ...options,
      service,
      metrics,
      ready,
      asyncApi: asyncApiDocument(service, events),
      contracts: [
        ...contracts,
        ...operatorsContracts({ projections: projections !== undefined, processes: processes !== undefined }),
      ],
      routes: [
        authenticate({
          audience: service,
          gatewayKeys: keysFromUrl(trust.userContextJwksUrl),
          serviceKeys: keysFromFile(trust.serviceJwksPath),
        }),
        Router().use('/ops', keepOutOfCaches),
        subscriptionsRouter(() => withReadModels(groups(), projections?.() ?? []), guard, record, visibility),
        ...(projections === undefined ? [] : [projectionsRouter(projections, guard, record, visibility)]),
        ...(processes === undefined ? [] : [processesRouter(processes, guard)]),
        actionsRouter(eventStore, guard),
        streamsRouter({ client: eventStore, categories, guard }),
        aggregatesRouter({ client: eventStore, categories, guard }),
        auditsRouter(guard, record),
        restartRouter(guard, record),
        revealRouter(eventStore, categories, guard, record),
        ...routes,
      ],
    });
  };
