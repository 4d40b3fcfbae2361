import type { RequestHandler } from 'express';
import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import { callerOf } from './caller.ts';
import { correlationIdOf } from './correlation.ts';

/** Probed every few seconds by load balancers and scrapers; logging them would drown the rest. */
const UNLOGGED_PATHS = new Set(['/health', '/ready', '/metrics']);

/** Nginx's status for a client that hung up before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;

const patternOf = (request: { readonly route?: unknown; readonly baseUrl: string }): string => {
  const { route } = request;
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'unmatched';
  return `${request.baseUrl}${String(route.path)}`;
};

/** One line and one observation per request, when its answer is complete or its client gone. */
export const accessLog =
  (logger: Logger, metrics: Metrics): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const ms = performance.now() - began;
      const status = response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST;
      metrics.observeRequest({ method, route: patternOf(request), status }, ms / 1000);
      if (UNLOGGED_PATHS.has(path)) return;
      const { user, service } = callerOf(request);
      logger.info('request', {
        method,
        path,
        status,
        ms: Math.round(ms * 10) / 10,
        correlationId: correlationIdOf(request),
        ...(user === undefined ? {} : { user: user.id }),
        ...(service === undefined ? {} : { caller: service }),
      });
    });
    next();
  };
