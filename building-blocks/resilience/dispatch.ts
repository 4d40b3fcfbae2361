import { currentWork } from '@lego-moc/logger/current-work';
import type { Agent, Dispatcher } from 'undici';
import { request as send } from 'undici';
import type { Logger } from '@lego-moc/logger/logger';
import { continueTrace, type Span, type Tracer } from '@lego-moc/tracing/tracer';
import type { CallMetrics } from './call-metrics.ts';
import { sentBody } from './request-body.ts';
import { UnavailableStatus, type Call, type CallContext } from './service-call.ts';

/** The request that a signature is bound to, as the called service will see it. */
export type SignedRequest = Pick<CallContext, 'user' | 'causedBy'> & { readonly method: string; readonly path: string };

export type ServiceClientOptions = {
  /** The called service's name; its callers' signatures are addressed to it. */
  readonly service: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  readonly uploadTimeoutMs?: number;
  /** Headers that prove the caller; see auth-middleware's `signerFromFile`. Called when a connection is free. */
  readonly sign?: (audience: string, request: SignedRequest) => Promise<Readonly<Record<string, string>>>;
  readonly metrics?: CallMetrics | undefined;
  readonly tracer?: Tracer;
  readonly logger: Logger;
};

/** The settings of a client with its timeouts filled in. */
export type DispatchOptions = ServiceClientOptions & {
  readonly timeoutMs: number;
  readonly uploadTimeoutMs: number;
  readonly tracer: Tracer;
};

/** One attempt of a call; `whole` when its answer is read before it is returned. */
export type Attempt = { readonly call: Call; readonly whole: boolean };

const UNAVAILABLE = new Set([502, 503, 504]);

const requestHeaders = ({ headers, json, context }: Call, traceparent: string | undefined): Record<string, string> => ({
  ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  ...headers,
  'x-correlation-id': context.correlationId,
  ...(traceparent === undefined ? {} : { traceparent }),
});

/**
 * Begins an attempt as a step of its caller's trace, without its path, which names users and things; and the header for
 * the called service. Outsiders, for whom nothing is signed, learn of a trace only from a call that names it.
 */
const beginCall = (
  { service, sign, tracer }: DispatchOptions,
  { method, context }: Call,
): { readonly span: Span; readonly traceparent: string | undefined } => {
  const parent = context.traceparent ?? currentWork()?.traceparent;
  const span = continueTrace(tracer, `${method} ${service}`, {
    kind: 'client',
    parent,
    attributes: { 'http.request.method': method, 'peer.service': service },
  });
  const isTold = sign !== undefined || context.traceparent !== undefined;
  return { span, traceparent: isTold ? (span.traceparent ?? parent) : undefined };
};

/**
 * Sends one attempt through `agent`. Throws `RequestBodyFailed` when the call's own body broke, `UnavailableStatus` for 502,
 * 503 and 504, a `TimeoutError` without progress, or undici's own error.
 */
export const dispatchThrough =
  (agent: Agent, options: DispatchOptions) =>
  async ({ call, whole }: Attempt): Promise<Dispatcher.ResponseData> => {
    const { service, baseUrl, timeoutMs, uploadTimeoutMs, sign, metrics } = options;
    const startedAt = performance.now();
    const observe = (status: number | 'failed'): void =>
      metrics?.observeAttempt(service, status, (performance.now() - startedAt) / 1_000);
    const isUpload = call.body !== undefined;
    const limitMs = isUpload ? uploadTimeoutMs : timeoutMs;
    const timedOut = new AbortController();
    const timer = setTimeout(() => timedOut.abort(new DOMException('No progress in time', 'TimeoutError')), limitMs);
    const { body, failure } = sentBody(call.json === undefined ? call.body : JSON.stringify(call.json), () => {
      timer.refresh();
    });
    const url = new URL(call.path, baseUrl);
    const { method, context } = call;
    const { user, causedBy } = context;
    const { span, traceparent } = beginCall(options, call);
    try {
      const reply = await send(url, {
        dispatcher: agent,
        method,
        headers: {
          ...requestHeaders(call, traceparent),
          ...(await sign?.(service, { method, path: url.pathname, user, causedBy })),
        },
        body,
        headersTimeout: isUpload ? 0 : limitMs,
        bodyTimeout: uploadTimeoutMs,
        signal: call.signal === undefined ? timedOut.signal : AbortSignal.any([call.signal, timedOut.signal]),
      });
      if (UNAVAILABLE.has(reply.statusCode)) {
        await reply.body.dump();
        throw new UnavailableStatus(reply.statusCode);
      }
      span.end({ attributes: { 'http.response.status_code': reply.statusCode } });
      observe(reply.statusCode);
      // A whole answer is read within the same time; a streamed one ends when undici receives nothing for that long.
      if (whole) reply.body.once('close', () => clearTimeout(timer));
      else clearTimeout(timer);
      return reply;
    } catch (error) {
      clearTimeout(timer);
      span.end({ failure: error });
      observe(error instanceof UnavailableStatus ? error.status : 'failed');
      throw failure() ?? error;
    }
  };
