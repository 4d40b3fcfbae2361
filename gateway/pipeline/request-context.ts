import type { IncomingMessage, ServerResponse } from 'node:http';
import { correlationIdOf } from '@lego-moc/http/correlation';
import type { Tracer } from '@lego-moc/tracing/tracer';
import type { RawHeaders } from '../http/headers.ts';
import { requestOrigin, type RequestOrigin } from '../http/request-origin.ts';
import { headOf } from '../http/response-headers.ts';
import type { Match } from '../routing/routes-table.ts';
import type { ServiceName } from '../routing/routes.ts';
import type { VerifiedToken } from '../security/tokens.ts';
import { traceOf, type Trace } from '../http/trace.ts';

/** One request, and the facts that the pipeline has established about it so far. */
export type RequestContext = RequestOrigin & {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly startedAt: number;
  readonly method: string;
  readonly correlationId: string;
  readonly trace: Trace;
  /** The gateway's own headers of the answer; later steps add to it. */
  readonly head: RawHeaders;
  /** The target in the client's words; known once its head has been read. */
  host?: string;
  match?: Match;
  verification?: VerifiedToken;
  /** The token that was verified. */
  token?: string;
  /** The service that it is forwarded to. */
  upstream?: ServiceName;
  /** Passed on to the gateway's own pages. */
  servedByOwnPages?: true;
};

/** A request to a path that has an upstream. */
export type RoutedRequestContext = RequestContext & { readonly match: Match };

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

/** Whether it carries a file and gets an upload's body limit and timeout; reading files needs neither, nor does JSON. */
export const isUpload = ({ method, match, request }: RoutedRequestContext): boolean =>
  match.upload && METHODS_WITH_BODY.has(method) && !JSON_TYPE.test(request.headers['content-type'] ?? '');

const joinLines = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;

/** Creates the context of a request, before authentication. */
export const createContext = (
  request: IncomingMessage,
  response: ServerResponse,
  { trustedProxies, tracer }: { readonly trustedProxies: number; readonly tracer: Tracer },
): RequestContext => {
  const { method = 'GET' } = request;
  const correlationId = correlationIdOf(request);
  const { client, protocol } = requestOrigin(request.socket.remoteAddress, request.headers, trustedProxies);
  return {
    request,
    response,
    startedAt: performance.now(),
    method,
    client,
    protocol,
    correlationId,
    trace: traceOf(tracer, method, joinLines(request.headers['traceparent'])),
    head: headOf(correlationId),
  };
};
