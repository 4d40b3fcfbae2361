import { Router, type Express, type RequestHandler } from 'express';
import { authenticate, requireRole } from '@lego-moc/auth-middleware/authenticate';
import { keysFromFile, keysFromUrl } from '@lego-moc/auth-middleware/public-keys';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { groupsOn } from '@lego-moc/event-store/operable';
import { createApi, type ApiOptions, type Readiness } from '@lego-moc/http/api';
import { createMetrics, type Metrics } from '@lego-moc/metrics/metrics';
import { AGGREGATE_CONTRACTS } from '@lego-moc/operations/aggregate-contracts';
import { aggregatesRouter } from '@lego-moc/operations/aggregate-routes';
import { visibilityOf, type Category } from '@lego-moc/operations/categories';
import { STREAM_CONTRACTS } from '@lego-moc/operations/stream-contracts';
import { streamsRouter } from '@lego-moc/operations/stream-routes';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { AUDIT_CONTRACTS, auditsRouter, gaugeAudits } from './audits.ts';
import { ACTION_CONTRACTS, actionRecorder, actionsRouter } from './operator-actions.ts';
import { PROJECTION_CONTRACTS, projectionsRouter } from './projection-routes.ts';
import { RESTART_CONTRACTS, restartRouter } from './restart-route.ts';
import { REVEAL_CONTRACTS, revealRouter } from './reveal-route.ts';
import { gaugeOpenCalls, gaugeSubscriptions, SUBSCRIPTION_CONTRACTS, subscriptionsRouter } from './subscriptions.ts';

export type ServiceApiOptions = Omit<ApiOptions, 'metrics' | 'ready'> & {
  /** Sources of the trusted public keys: the gateway's, and the other services'. */
  readonly trust: { readonly userContextJwksUrl: string; readonly serviceJwksPath: string };
  readonly eventStore: EventStoreClient;
  /** The service's own streams, for operators. */
  readonly categories?: readonly Category[];
  /** Its projections, where it has any: called for each request, since they start later. */
  readonly projections?: () => readonly RunningProjection[];
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
 * (`/ops/streams` and others).
 */
export const serviceApi =
  ({
    trust,
    eventStore,
    service,
    routes,
    contracts = [],
    categories = [],
    projections,
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
    return createApi({
      ...options,
      service,
      metrics,
      ready,
      contracts: [
        ...contracts,
        ...(projections === undefined ? [] : PROJECTION_CONTRACTS),
        ...[...SUBSCRIPTION_CONTRACTS, ...ACTION_CONTRACTS],
        ...[...STREAM_CONTRACTS, ...AGGREGATE_CONTRACTS, ...REVEAL_CONTRACTS, ...AUDIT_CONTRACTS, ...RESTART_CONTRACTS],
      ],
      routes: [
        authenticate({
          audience: service,
          gatewayKeys: keysFromUrl(trust.userContextJwksUrl),
          serviceKeys: keysFromFile(trust.serviceJwksPath),
        }),
        Router().use('/ops', keepOutOfCaches),
        subscriptionsRouter(groups, guard, record, visibility),
        ...(projections === undefined ? [] : [projectionsRouter(projections, guard, record, visibility)]),
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
