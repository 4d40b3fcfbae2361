import type { Readable } from 'node:stream';
import CircuitBreaker from 'opossum';
import { Agent, request as send, type Dispatcher } from 'undici';
import type { Logger } from '@lego-moc/logger/logger';
import type { UserId } from '@lego-moc/kernel/message';

/** On whose behalf and within which request a call is made. */
export type CallContext = {
  readonly correlationId: string;
  readonly traceparent?: string | undefined;
  readonly user?:
    { readonly id: UserId; readonly email?: string | undefined; readonly roles: readonly string[] } | undefined;
};

export type Call = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body sent as it comes, with 30 s instead of 5 s. Never retried: a stream is read once. */
  readonly body?: Readable | Uint8Array;
  /** Whether asking twice is harmless. GET, HEAD, PUT and DELETE are; anything with an Idempotency-Key is. */
  readonly idempotent?: boolean;
  readonly context: CallContext;
  readonly signal?: AbortSignal;
};

export type CallReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` for an empty body, a string for other text. */
  readonly body: unknown;
};

export type StreamReply = Omit<CallReply, 'body'> & { readonly body: Readable };

export type ServiceClient = {
  /** Asks and reads the whole answer. Every status below 502 is an answer; throws `ServiceUnavailable` otherwise. */
  readonly call: (call: Call) => Promise<CallReply>;
  /** Asks and hands over the body as it comes; destroy it or read it to its end. */
  readonly stream: (call: Call) => Promise<StreamReply>;
  readonly close: () => Promise<void>;
};

/** The called service could not be reached, did not answer in time, or is known to be down. */
export class ServiceUnavailable extends Error {
  readonly service: string;

  constructor(service: string, cause: unknown) {
    super(`${service} is not available`, { cause });
    this.name = 'ServiceUnavailable';
    this.service = service;
  }
}

export type ServiceClientOptions = {
  /** The called service's name; what its callers' signatures are addressed to. */
  readonly service: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  readonly uploadTimeoutMs?: number;
  /** Headers that prove who calls; see auth-middleware's `serviceSigner`. */
  readonly sign?: (audience: string, context: CallContext) => Promise<Readonly<Record<string, string>>>;
  readonly logger: Logger;
};

const RETRY_DELAYS_MS = [100, 200, 400];
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
const UNAVAILABLE = new Set([502, 503, 504]);

/** Half of at least ten calls within ten seconds must fail before the door is shut for five. */
const BREAKER = {
  timeout: false as const,
  errorThresholdPercentage: 50,
  volumeThreshold: 10,
  rollingCountTimeout: 10_000,
  resetTimeout: 5_000,
};

class Unavailable extends Error {
  constructor(status: number) {
    super(`answered ${status}`);
    this.name = 'Unavailable';
  }
}

/** Half to one and a half times the delay: callers that failed together must not come back together. */
const jittered = (ms: number): number => ms * (0.5 + Math.random());

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });

const headersOf = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

const parsedBody = async ({ headers, body }: Dispatcher.ResponseData): Promise<unknown> => {
  const text = await body.text();
  if (text === '') return undefined;
  return /\bjson\b/.test(String(headers['content-type'])) ? (JSON.parse(text) as unknown) : text;
};

const mayRepeat = ({ method, headers = {}, body, idempotent }: Call): boolean =>
  body === undefined && (idempotent ?? (IDEMPOTENT.has(method) || 'idempotency-key' in headers));

const requestHeaders = ({ headers, json, context }: Call): Record<string, string> => ({
  ...(json === undefined ? {} : { 'content-type': 'application/json' }),
  ...headers,
  'x-correlation-id': context.correlationId,
  ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
});

/**
 * Calls one service over kept-alive connections. 5 s per attempt (30 s when a body is streamed), three more attempts
 * after about 100, 200 and 400 ms for what may be repeated, a breaker that opens at 50 % failures for 5 s.
 */
export const serviceClient = (options: ServiceClientOptions): ServiceClient => {
  const { service, baseUrl, timeoutMs = 5_000, uploadTimeoutMs = 30_000, sign, logger } = options;
  const agent = new Agent({ connections: 64, keepAliveTimeout: 30_000, connect: { timeout: timeoutMs } });

  const attempt = async (call: Call, whole: boolean): Promise<Dispatcher.ResponseData> => {
    const limitMs = call.body === undefined ? timeoutMs : uploadTimeoutMs;
    const timeout = AbortSignal.timeout(limitMs);
    const signals = [call.signal, whole ? timeout : undefined].filter((signal) => signal !== undefined);
    const reply = await send(new URL(call.path, baseUrl), {
      dispatcher: agent,
      method: call.method,
      headers: { ...requestHeaders(call), ...(await sign?.(service, call.context)) },
      body: call.json === undefined ? (call.body ?? null) : JSON.stringify(call.json),
      headersTimeout: limitMs,
      bodyTimeout: uploadTimeoutMs,
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    if (!UNAVAILABLE.has(reply.statusCode)) return reply;
    await reply.body.dump();
    throw new Unavailable(reply.statusCode);
  };

  const breaker = new CircuitBreaker(attempt, {
    ...BREAKER,
    name: service,
    errorFilter: (error: Error) => error.name === 'AbortError',
  });
  breaker.on('open', () => logger.warn('Circuit opened', { to: service }));
  breaker.on('close', () => logger.info('Circuit closed', { to: service }));

  const ask = async (call: Call, whole: boolean): Promise<Dispatcher.ResponseData> => {
    const delays = mayRepeat(call) ? RETRY_DELAYS_MS : [];
    for (let tries = 0; ; tries += 1) {
      try {
        return await breaker.fire(call, whole);
      } catch (error) {
        if (call.signal?.aborted === true) throw error;
        const delayMs = delays[tries];
        if (delayMs === undefined || breaker.opened) throw new ServiceUnavailable(service, error);
        logger.debug('Asking again', { to: service, path: call.path, error });
        await pause(jittered(delayMs), call.signal);
      }
    }
  };

  return {
    call: async (call) => {
      const reply = await ask(call, true);
      try {
        return { status: reply.statusCode, headers: headersOf(reply.headers), body: await parsedBody(reply) };
      } catch (error) {
        throw new ServiceUnavailable(service, error);
      }
    },
    stream: async (call) => {
      const reply = await ask(call, false);
      return { status: reply.statusCode, headers: headersOf(reply.headers), body: reply.body };
    },
    close: async () => {
      breaker.shutdown();
      await agent.destroy();
    },
  };
};
