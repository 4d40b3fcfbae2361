import type { ServerResponse } from 'node:http';

/** Probed every few seconds by load balancers and scrapers; logging and tracing them would drown the rest. */
const PROBES = new Set(['/health', '/ready', '/metrics']);

/** Nginx's status for a client that hung up before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** Whether the path is asked for by machines that watch the service. */
export const isProbe = (path: string): boolean => PROBES.has(path);

/** The status that the client got, once the response is closed. */
export const statusOf = ({ writableFinished, statusCode }: ServerResponse): number =>
  writableFinished ? statusCode : CLIENT_CLOSED_REQUEST;

/** The pattern of the route that served the request: never its path, which names users and things. */
export const patternOf = (request: { readonly route?: unknown; readonly baseUrl: string }): string => {
  const { route } = request;
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'unmatched';
  return `${request.baseUrl}${String(route.path)}`;
};
