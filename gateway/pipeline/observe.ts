import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import type { RequestContext } from './request-context.ts';

/** Nginx's status for a client that hung up before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;

const PATH_LOGGED_MAX = 512;
const AGENT_LOGGED_MAX = 256;

/** The query may hold names and signatures, and is not logged. */
const pathOf = (url = ''): string => {
  const query = url.indexOf('?');
  return url.slice(0, query === -1 ? PATH_LOGGED_MAX : Math.min(query, PATH_LOGGED_MAX));
};

/** Writes one line and one observation per request. */
export const observer =
  (logger: Logger, metrics: Metrics): ((context: RequestContext) => void) =>
  ({ request, response, startedAt, method, client, correlationId, trace, match, verification, upstream }) => {
    const ms = performance.now() - startedAt;
    const status = response.headersSent ? response.statusCode : CLIENT_CLOSED_REQUEST;
    const route = match?.route.prefix ?? 'refused';
    metrics.observeRequest({ method, route, status }, ms / 1_000);
    trace.span.end({
      name: `${method} ${route}`,
      attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
      ...(status >= 500 ? { failure: status } : {}),
    });
    logger.info('request', {
      method,
      path: pathOf(request.url),
      status,
      ms: Math.round(ms * 100) / 100,
      cut: response.writableFinished ? undefined : true,
      upstream,
      client,
      user: verification?.user.id,
      agent: request.headers['user-agent']?.slice(0, AGENT_LOGGED_MAX),
      correlationId,
      traceId: trace.traceId,
    });
  };
