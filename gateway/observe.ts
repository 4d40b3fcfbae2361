import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { Visit } from './visit.ts';

/** Nginx's number for a client that hung up before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** One line and one observation for each proxied request. */
export const observer =
  (logger: Logger, metrics: Metrics): ((visit: Visit) => void) =>
  ({ request, response, began, method, path, client, correlationId, trace, match, verified }) => {
    const ms = performance.now() - began;
    const whole = response.writableFinished;
    const status = whole || response.headersSent ? response.statusCode : CLIENT_CLOSED_REQUEST;
    metrics.requestAnswered({ method, route: match.route.prefix, status }, ms / 1_000);
    logger.info('request', {
      method,
      path,
      status,
      ms: Math.round(ms * 100) / 100,
      ...(whole ? {} : { cut: true }),
      upstream: match.route.upstream,
      client,
      ...(verified === undefined ? {} : { user: verified.user.id }),
      agent: request.headers['user-agent'],
      correlationId,
      traceId: trace.traceId,
    });
  };
