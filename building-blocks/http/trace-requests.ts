import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { formatTraceparent, parseTraceparent } from '@lego-moc/tracing/traceparent';
import type { Tracer } from '@lego-moc/tracing/tracer';
import { isProbe, patternOf, statusOf } from './served-request.ts';

const TRACEPARENT = Symbol('traceparent');
type TracedMessage = IncomingMessage & { [TRACEPARENT]?: string };

/** The trace that the caller names, as a header of version 00. */
const givenTraceparent = ({ headers }: IncomingMessage): string | undefined => {
  const { traceparent } = headers;
  const trace = typeof traceparent === 'string' ? parseTraceparent(traceparent) : undefined;
  return trace === undefined ? undefined : formatTraceparent(trace);
};

/** The W3C header that continues the trace of the request. */
export const traceparentOf = (request: TracedMessage): string | undefined =>
  request[TRACEPARENT] ?? givenTraceparent(request);

/** The id of the trace that the request belongs to. */
export const traceIdOf = (request: IncomingMessage): string | undefined => {
  const traceparent = traceparentOf(request);
  return traceparent === undefined ? undefined : parseTraceparent(traceparent)?.traceId;
};

/** Records each request as a step of its caller's trace, or as the beginning of one. */
export const traceRequests =
  (tracer: Tracer): RequestHandler =>
  (request: TracedMessage & Parameters<RequestHandler>[0], response, next) => {
    if (isProbe(request.path)) {
      next();
      return;
    }
    const { method } = request;
    const span = tracer.start(method, { kind: 'server', parent: givenTraceparent(request) });
    if (span.traceparent !== undefined) {
      request[TRACEPARENT] = span.traceparent;
      response.once('close', () => {
        const route = patternOf(request);
        const status = statusOf(response);
        span.end({
          name: `${method} ${route}`,
          attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
          ...(status >= 500 ? { failure: status } : {}),
        });
      });
    }
    next();
  };
