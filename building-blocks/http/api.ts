import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { workingOn } from '@lego-moc/logger/current-work';
import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import { noTracing, type Tracer } from '@lego-moc/tracing/tracer';
import { accessLog } from './access-log.ts';
import { allowedMethods } from './allowed-methods.ts';
import { answerInTime, type AnswerTimeoutOptions } from './answer-timeouts.ts';
import { correlationIdOf } from './correlation.ts';
import { exactRouter } from './exact-router.ts';
import { jsonBody, type JsonBodyOptions } from './json-body.ts';
import { openApiDocument } from './openapi.ts';
import { problem } from './problem.ts';
import { problemFor } from './problem-for.ts';
import { repliesWithoutSchema, routesWithoutContract } from './contract-coverage.ts';
import { ok, respond, send } from './respond.ts';
import { CHECK_REPLIES, type RouteContract, type WebhookContract } from './route-contract.ts';
import { traceparentOf, traceRequests } from './trace-requests.ts';
import { discardUnreadBody } from './unread-body.ts';

/** Whether the service can do its work now; `reason` names the missing dependency. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export type ApiOptions = JsonBodyOptions &
  AnswerTimeoutOptions & {
    readonly service: string;
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly tracer?: Tracer;
    /** Mounted in order: authentication first, then routers. */
    readonly routes: readonly RequestHandler[];
    /** The contracts of the routes; published at `/openapi.json`. When given, they must cover all of them. */
    readonly contracts?: readonly RouteContract[];
    /** The messages that the service sends to webhooks; published with the contracts. */
    readonly webhooks?: readonly WebhookContract[];
    /** The AsyncAPI document of the service's integration events; published at `/asyncapi.json`. */
    readonly asyncApi?: object;
    readonly ready?: () => Promise<Readiness> | Readiness;
    /** Whether any route reads a body; where none does, no answer waits for one. */
    readonly readsBodies?: boolean;
    /** Checks every route and every reply against the contracts: for tests. */
    readonly checkReplies?: boolean;
  };

const correlate: RequestHandler = (request, response, next) => {
  response.setHeader('x-correlation-id', correlationIdOf(request));
  response.setHeader('x-content-type-options', 'nosniff');
  workingOn({ correlationId: correlationIdOf(request), traceparent: traceparentOf(request) }, next);
};

const operations = ({
  service,
  metrics,
  ready,
  contracts = [],
  webhooks = [],
  asyncApi,
}: ApiOptions): express.Router => {
  const router = exactRouter();
  router.get('/health', (_request, response) => {
    response.json({ status: 'up', service });
  });
  router.get(
    '/ready',
    respond(async () => {
      const readiness = (await ready?.()) ?? { ready: true };
      return readiness.ready
        ? ok({ status: 'ready', service })
        : problem(503, 'not-ready', readiness.reason, { headers: { 'retry-after': '1' } });
    }),
  );
  router.get('/metrics', async (_request, response) => {
    const { contentType, body } = await metrics.exposition();
    response.setHeader('content-type', contentType);
    response.end(body);
  });
  const document = openApiDocument({ title: service, version: '1.0.0', contracts, webhooks });
  router.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  if (asyncApi !== undefined) router.get('/asyncapi.json', (_request, response) => void response.json(asyncApi));
  return router;
};

const notFound = (contracts: readonly RouteContract[] = []): RequestHandler => {
  const methodsOf = allowedMethods(contracts);
  return respond(({ method, path }) => {
    const methods = methodsOf(path);
    return methods.length === 0
      ? problem(404, 'route-not-found', `There is no ${method} ${path} here.`)
      : problem(405, 'method-not-allowed', `${method} is not offered here, but ${methods.join(', ')}.`, {
          headers: { allow: methods.join(', ') },
        });
  });
};

/** The error middleware: turns anything thrown into an answer. Express recognises it by its four parameters. */
const answerErrors =
  (logger: Logger): ErrorRequestHandler =>
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- Express tells an error handler by its fourth parameter
  async (error, request, response, _next) => {
    const reply = problemFor(error, request);
    if (reply.status >= 500)
      logger.error('Request failed', {
        error: error as unknown,
        method: request.method,
        path: request.path,
        correlationId: correlationIdOf(request),
      });
    await send(request, response, reply);
  };

/** An undocumented route or reply throws in tests and is logged as a warning in production. */
const checkContracts = ({ routes, contracts, checkReplies = false, logger }: ApiOptions): void => {
  if (contracts === undefined) return;
  const gaps = [...routesWithoutContract(routes, contracts), ...repliesWithoutSchema(contracts)];
  if (gaps.length === 0) return;
  if (checkReplies) throw new Error(`No contract says what comes of ${gaps.join(', ')}`);
  logger.warn('No contract says what comes of some routes', { gaps });
};

/**
 * The Express app of a service: correlation id, trace, access log, metrics, `/health`, `/ready`, `/metrics`, `/openapi.json`,
 * JSON bodies (1 MiB unless told otherwise), the routes, a 503 where they take too long, and problem details for
 * everything that goes wrong.
 */
export const createApi = (options: ApiOptions): Express => {
  const { logger, metrics, tracer = noTracing, routes, readsBodies = true, checkReplies = false } = options;
  checkContracts(options);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set(CHECK_REPLIES, checkReplies);
  app.use(traceRequests(tracer), correlate, accessLog(logger, metrics));
  // Operational routes read no body, but must not wait for one either.
  app.use(...(readsBodies ? [operations(options), jsonBody(options)] : [discardUnreadBody, operations(options)]));
  app.use(answerInTime(options));
  for (const routeHandler of routes) app.use(routeHandler);
  app.use(notFound(options.contracts), answerErrors(logger));
  return app;
};
