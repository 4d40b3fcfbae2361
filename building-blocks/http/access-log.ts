import type { RequestHandler } from 'express';
import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import { callerOf } from './caller.ts';
import { correlationIdOf } from './correlation.ts';
import { isProbe, patternOf, statusOf } from './served-request.ts';
import { traceIdOf } from './trace-requests.ts';

/** One line and one observation per request, when its answer is complete or its client gone. */
export const accessLog =
  (logger: Logger, metrics: Metrics): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const ms = performance.now() - began;
      const status = statusOf(response);
      metrics.observeRequest({ method, route: patternOf(request), status }, ms / 1000);
      if (isProbe(path)) return;
      const { user, service } = callerOf(request);
      logger.info('request', {
        method,
        path,
        status,
        ms: Math.round(ms * 10) / 10,
        correlationId: correlationIdOf(request),
        traceId: traceIdOf(request),
        ...(user === undefined ? {} : { user: user.id }),
        ...(service === undefined ? {} : { caller: service }),
      });
    });
    next();
  };
