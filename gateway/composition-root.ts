import type { RequestListener } from 'node:http';
import type { Express } from 'express';
import { Container, type ResolutionContext, type ServiceIdentifier } from 'inversify';
import { keysFromUrl, type PublicKeys } from '@lego-moc/auth-middleware/public-keys';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { openTracing } from '@lego-moc/tracing/open-tracing';
import type { Tracing } from '@lego-moc/tracing/tracer';
import { connectRedis, type Redis } from '@lego-moc/redis/connect';
import { createMetrics, type Metrics } from '@lego-moc/metrics/metrics';
import { callMetrics } from '@lego-moc/resilience/call-metrics';
import { admission } from './limits/admission.ts';
import type { Config } from './config.ts';
import { serviceStates, type Snapshot } from './console/service-states.ts';
import type { SessionOptions } from './console/session.ts';
import { trafficHistory, type TrafficHistory } from './console/traffic-history.ts';
import type { ContextKeys } from './security/context-keys.ts';
import { cors, type Cors } from './security/cors.ts';
import { requestPipeline, type PipelineOptions } from './pipeline/request-pipeline.ts';
import { observer } from './pipeline/observe.ts';
import { ownPages } from './pipeline/own-pages.ts';
import { portalDocuments } from './portal/documents.ts';
import { requestsInFlight } from './limits/requests-in-flight.ts';
import { limitsScaled, rateLimits, type RateLimits } from './limits/rate-limits.ts';
import { routesTable } from './routing/routes-table.ts';
import { ROUTES, type Route, type ServiceName } from './routing/routes.ts';
import { contextSigner } from './security/signed-contexts.ts';
import { tokenVerifier, type TokenVerifier } from './security/tokens.ts';
import { fallbackMatch, MONOLITH, routesBesideMonolith } from './legacy/legacy-routes.ts';
import { migrationSides, type MigrationSides } from './legacy/migration-sides.ts';
import { upstream, type Upstream } from './proxy/upstreams.ts';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export type Upstreams = Readonly<Record<ServiceName, Upstream>>;

export const GATEWAY = {
  config: token<Config>('config'),
  logger: token<Logger>('logger'),
  metrics: token<Metrics>('metrics'),
  tracing: token<Tracing>('tracing'),
  routes: token<readonly Route[]>('routes'),
  issuerKeys: token<PublicKeys>('issuer-keys'),
  verifyToken: token<TokenVerifier>('verify-token'),
  cors: token<Cors>('cors'),
  contextKeys: token<ContextKeys>('context-keys'),
  upstreams: token<Upstreams>('upstreams'),
  redis: token<Redis | undefined>('redis'),
  limits: token<RateLimits>('rate-limits'),
  serviceStates: token<() => Promise<Snapshot>>('service-states'),
  trafficHistory: token<TrafficHistory>('traffic-history'),
  ownPages: token<Express>('own-pages'),
  sides: token<MigrationSides>('migration-sides'),
  handler: token<RequestListener>('handler'),
};

const upstreamsOf = (config: Config, logger: Logger, metrics: Metrics): Upstreams => {
  const options = {
    logger,
    breakerResetMs: config.timeouts.breakerResetMs,
    metrics: callMetrics(metrics, { prefix: 'gateway_upstream', label: 'upstream', breaker: 'gateway_breaker_open' }),
  };
  return Object.fromEntries(
    Object.entries({
      ...config.upstreams,
      ...(config.monolith === undefined ? {} : { [MONOLITH]: config.monolith.url }),
    }).map(([name, baseUrl]) => [name, upstream(name, baseUrl, options)]),
  );
};

const tracingOf = ({ tracing }: Config, logger: Logger): Tracing => openTracing('gateway', tracing, logger);

/** The routes of the services that this gateway knows. */
const routesTo = ({ upstreams }: Config): readonly Route[] => ROUTES.filter(({ upstream: name }) => name in upstreams);

const matcherFor = ({ monolith }: Config, routes: readonly Route[]): PipelineOptions['match'] =>
  monolith === undefined
    ? routesTable(routes)
    : routesTable(routesBesideMonolith(routes, monolith.areas), fallbackMatch);

const sessionOptions = (gateway: ResolutionContext, config: Config): SessionOptions => ({
  verifyToken: gateway.get(GATEWAY.verifyToken),
  cors: gateway.get(GATEWAY.cors),
  trustedProxies: config.trustedProxies,
  services: Object.keys(config.upstreams),
  developmentIssuerUrl: config.developmentIssuerUrl,
});

/** The pages for people, and what the console among them asks. */
const bindOwnPages = (it: Container, config: Config, contextKeys: ContextKeys): void => {
  it.bind(GATEWAY.serviceStates).toResolvedValue(
    ({ upstreams }: Config, metrics: Metrics) => serviceStates({ upstreams, metrics }),
    [GATEWAY.config, GATEWAY.metrics],
  );
  it.bind(GATEWAY.trafficHistory).toDynamicValue(trafficHistory);
  it.bind(GATEWAY.ownPages).toDynamicValue((gateway) =>
    ownPages({
      contextKeys,
      routes: gateway.get(GATEWAY.routes),
      documents: portalDocuments(config.upstreams, gateway.get(GATEWAY.logger)),
      session: sessionOptions(gateway, config),
      states: gateway.get(GATEWAY.serviceStates),
      history: gateway.get(GATEWAY.trafficHistory),
      logger: gateway.get(GATEWAY.logger),
      metrics: gateway.get(GATEWAY.metrics),
    }),
  );
};

/** The only file of the gateway that knows inversify. */
export const compose = (config: Config, contextKeys: ContextKeys): Container => {
  const it = new Container({ defaultScope: 'Singleton' });

  it.bind(GATEWAY.config).toConstantValue(config);
  it.bind(GATEWAY.contextKeys).toConstantValue(contextKeys);
  it.bind(GATEWAY.routes).toConstantValue(routesTo(config));
  it.bind(GATEWAY.logger).toResolvedValue(
    ({ logLevel }: Config) => createLogger('gateway', logLevel),
    [GATEWAY.config],
  );
  it.bind(GATEWAY.metrics).toResolvedValue(() => createMetrics('gateway'));
  it.bind(GATEWAY.tracing).toResolvedValue(tracingOf, [GATEWAY.config, GATEWAY.logger]);
  it.bind(GATEWAY.issuerKeys).toResolvedValue(({ auth }: Config) => keysFromUrl(auth.jwksUrl), [GATEWAY.config]);
  it.bind(GATEWAY.verifyToken).toResolvedValue(
    (keys: PublicKeys) => tokenVerifier(keys, config.auth),
    [GATEWAY.issuerKeys],
  );
  it.bind(GATEWAY.cors).toResolvedValue(() => cors(config.corsOrigins));
  it.bind(GATEWAY.upstreams).toResolvedValue(upstreamsOf, [GATEWAY.config, GATEWAY.logger, GATEWAY.metrics]);
  it.bind(GATEWAY.sides).toResolvedValue(
    (logger: Logger, metrics: Metrics) =>
      migrationSides({ config, logger, metrics, signContext: contextSigner(contextKeys) }),
    [GATEWAY.logger, GATEWAY.metrics],
  );
  it.bind(GATEWAY.redis).toResolvedValue(
    ({ redisUrl }: Config, logger: Logger) => (redisUrl === undefined ? undefined : connectRedis(redisUrl, logger)),
    [GATEWAY.config, GATEWAY.logger],
  );
  it.bind(GATEWAY.limits).toResolvedValue(
    ({ rateLimits: { scale, onOutage } }: Config, redis: Redis | undefined) =>
      rateLimits({ limits: limitsScaled(scale), redis, onOutage }),
    [GATEWAY.config, GATEWAY.redis],
  );
  bindOwnPages(it, config, contextKeys);
  it.bind(GATEWAY.handler).toDynamicValue((gateway) =>
    requestPipeline({
      match: matcherFor(config, gateway.get(GATEWAY.routes)),
      chooseDestination: gateway.get(GATEWAY.sides).chooseDestination,
      upstreams: gateway.get(GATEWAY.upstreams),
      verifyToken: gateway.get(GATEWAY.verifyToken),
      signContext: contextSigner(contextKeys),
      admission: admission(gateway.get(GATEWAY.limits), gateway.get(GATEWAY.logger)),
      inFlight: requestsInFlight(),
      cors: gateway.get(GATEWAY.cors),
      ownPages: gateway.get(GATEWAY.ownPages),
      observe: observer(gateway.get(GATEWAY.logger), gateway.get(GATEWAY.metrics)),
      trustedProxies: config.trustedProxies,
      tracer: gateway.get(GATEWAY.tracing).tracer,
      timeouts: config.timeouts,
      logger: gateway.get(GATEWAY.logger),
    }),
  );

  return it;
};
