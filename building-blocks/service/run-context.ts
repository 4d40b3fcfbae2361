import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { EventPayloads } from '@lego-moc/event-store/asyncapi';
import type { Readiness } from '@lego-moc/http/api';
import type { RouteContract, WebhookContract } from '@lego-moc/http/route-contract';
import type { RunningServer } from '@lego-moc/http/serve';
import type { ServiceContract } from '@lego-moc/http/service-contract';
import { migrate } from '@lego-moc/postgres/migrations';
import { processStates } from '@lego-moc/processes/process-states';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import { openResources } from './container.ts';
import { metrics, tracing } from './resources/core.ts';
import { declareOn, type Declarations } from './declare.ts';
import { gaugeDatabase } from './gauge-database.ts';
import type { Running } from './loop.ts';
import type { Override } from './resource.ts';
import { runService, type Stop } from './run-service.ts';
import type { Scope } from './scope.ts';
import { serviceApi } from './service-api.ts';
import { serviceKeysPath, serviceSettings } from './settings.ts';

export type Context<Shape extends z.ZodRawShape = z.ZodRawShape> = {
  readonly service: ServiceContract;
  /** Settings of this service alone, by the names of its environment variables. */
  readonly settings: Shape;
  /** Every route that `wire` returns. */
  readonly contracts: readonly RouteContract[];
  /** The payload of each type of integration event that it publishes. */
  readonly events?: EventPayloads;
  /** The messages that it sends to webhooks. */
  readonly webhooks?: readonly WebhookContract[];
  /** For requests that may take longer than a minute to arrive. */
  readonly requestTimeoutMs?: number;
  /** Declares the service and returns its routes, in the order in which they are matched. Starts nothing. */
  readonly wire: (it: Scope<z.output<z.ZodObject<Shape>>>) => readonly RequestHandler[];
};

/** The scope that a context with these settings is wired with. */
export type ScopeWith<Shape extends z.ZodRawShape> = Scope<z.output<z.ZodObject<Shape>>>;

export type ContextOptions = {
  /** The process's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Resources of tests. */
  readonly overrides?: readonly Override[];
  /** Whether SIGTERM stops it; not in tests. */
  readonly signals?: boolean;
  /** Checks every reply against its contract: for tests. */
  readonly checkReplies?: boolean;
};

/** A context's scope without its routes: for tools that need its wiring. `close` closes the opened resources. */
export const openScope = <Shape extends z.ZodRawShape>(
  { service, settings }: Pick<Context<Shape>, 'service' | 'settings'>,
  { env = process.env, overrides = [] }: ContextOptions = {},
) => {
  const resources = openResources(service.name, env, overrides);
  const { scope, declarations } = declareOn(resources, resources.read(settings));
  return { scope, declarations, close: resources.close };
};

const prepareAll = async ({ db, migrations, projections, preparations }: Declarations): Promise<void> => {
  if (db !== undefined && migrations.length > 0) await migrate(db, db.schema, migrations);
  for (const projection of projections) await projection.prepare();
  for (const prepare of preparations) await prepare();
};

/** The last one stops accepting first; their work in flight ends in parallel. */
const stopInReverse = async (running: readonly Running[]): Promise<void> => {
  await Promise.all(running.toReversed().map((component) => component.stop()));
};

/**
 * Runs a context as a service: it listens at once, is ready once all declarations are prepared, works from then on, and
 * stops in the reverse order. Throws a `ZodError` that names the invalid settings.
 */
export const runContext = async <Shape extends z.ZodRawShape>(
  context: Context<Shape>,
  options: ContextOptions = {},
): Promise<RunningServer> => {
  const { service, contracts, webhooks = [], events = {}, wire, requestTimeoutMs } = context;
  const { scope, declarations, close } = openScope(context, options);
  const settings = scope.read(serviceSettings(service.port));
  const routes = wire(scope);
  const { db, projections, processes, conditions, work, categories } = declarations();
  let following: readonly RunningProjection[] = [];
  if (db !== undefined) gaugeDatabase(scope.use(metrics), db);

  const api = serviceApi({
    service: service.name,
    logger: scope.logger,
    trust: {
      userContextJwksUrl: settings.USER_CONTEXT_JWKS_URL,
      serviceJwksPath: serviceKeysPath(settings),
    },
    eventStore: scope.eventStore,
    categories: categories.map((category) => ({ ...category, isProcess: processes.includes(category.name) })),
    metrics: scope.use(metrics),
    tracer: scope.use(tracing).tracer,
    ...{ contracts, webhooks, events, routes },
    ...(projections.length === 0 ? {} : { projections: () => following }),
    ...(processes.length === 0 || db === undefined ? {} : { processes: processStates(db, processes) }),
    ...(options.checkReplies === undefined ? {} : { checkReplies: options.checkReplies }),
  });

  const start = (): Stop => {
    following = projections.map((projection) => projection.start());
    const running = [...following, ...work.map((begin) => begin())];
    return async () => {
      await stopInReverse(running);
      following = [];
    };
  };

  return runService({
    port: settings.PORT,
    host: settings.HOST,
    drainMs: settings.DRAIN_MS,
    logger: scope.logger,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(options.signals === undefined ? {} : { signals: options.signals }),
    api: (ready) =>
      api((): Readiness => {
        const readiness = ready();
        if (!readiness.ready) return readiness;
        return conditions.map((condition) => condition()).find((state) => !state.ready) ?? readiness;
      }),
    prepare: () => prepareAll(declarations()),
    ...(db === undefined ? {} : { check: () => db.one('SELECT 1 AS there') }),
    work: start,
    close,
  });
};
