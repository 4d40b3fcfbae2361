import { Pool } from 'undici';
import { retryDelayMs } from '@lego-moc/application/back-off';
import { problem, ProblemError } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import type { CallMetrics } from '@lego-moc/resilience/call-metrics';
import { circuitBreaker, isBreakerOpen } from '@lego-moc/resilience/circuit-breaker';
import { connectionSlots, NoFreeSlot, type SlotOptions } from '@lego-moc/resilience/connection-slots';
import { retryBudget } from '@lego-moc/resilience/retry-budget';
import { ClientDisconnected } from '../http/request-body.ts';
import type { ServiceName } from '../routing/routes.ts';
import { exchangeWith, UpstreamTimeout, type UpstreamRequest } from './exchange.ts';

export interface Upstream {
  readonly name: ServiceName;
  readonly origin: string;
  /**
   * Streams the upstream's answer into the response and returns its status; throws `ProblemError` or
   * `ClientDisconnected` when none began.
   */
  send(request: UpstreamRequest): Promise<number>;
  close(): Promise<void>;
}

/** Uploads have connections of their own: slow ones do not delay other requests. */
const CONNECTIONS: SlotOptions = { slots: 256, queueMax: 1_024, waitMs: 5_000 };
const UPLOAD_CONNECTIONS: SlotOptions = { slots: 64, queueMax: 256, waitMs: 30_000 };

const RETRY_DELAYS_MS = [50, 150];
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
const RETRY_AFTER = { headers: { 'retry-after': '5' } };

const isRepeatable = ({ request, body }: UpstreamRequest): boolean =>
  body.kind !== 'streamed' &&
  (IDEMPOTENT.has(request.method ?? '') || request.headers['idempotency-key'] !== undefined);

/** Failures that the client caused. */
const isClientFault = (error: unknown): boolean => error instanceof ClientDisconnected || error instanceof ProblemError;

/** Errors that are no evidence of the upstream's health. */
const isHarmless = (error: unknown): boolean => isClientFault(error) || error instanceof NoFreeSlot;

const toProblem = (name: ServiceName, error: unknown): ProblemError => {
  if (error instanceof UpstreamTimeout)
    return new ProblemError(
      problem(504, 'service-timeout', `The ${name} service did not answer in time.`, RETRY_AFTER),
    );
  return new ProblemError(
    problem(
      503,
      'service-unavailable',
      `The ${name} service is not available just now. Try again shortly.`,
      RETRY_AFTER,
    ),
  );
};

const reasonOf = (error: unknown): string => {
  if (isBreakerOpen(error)) return 'breaker-open';
  if (error instanceof NoFreeSlot) return 'no-connection';
  return error instanceof UpstreamTimeout ? 'timeout' : 'unreachable';
};

export type UpstreamOptions = {
  readonly logger: Logger;
  readonly breakerResetMs: number;
  readonly metrics: CallMetrics;
};

type Lane = { readonly attempt: (request: UpstreamRequest) => Promise<number>; readonly close: () => Promise<void> };

/**
 * A pool of connections to an upstream. A request is signed once it has a connection, so that no signature expires
 * while it waits.
 */
const lane = (origin: string, options: SlotOptions): Lane => {
  const pool = new Pool(origin, {
    connections: options.slots,
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    connect: { timeout: 2_000 },
  });
  const slots = connectionSlots(options);
  const exchange = exchangeWith(pool);
  return {
    attempt: async (request) => {
      await slots.acquire();
      let userContext;
      try {
        userContext = request.signedHeaders();
      } catch (error) {
        slots.release();
        throw error;
      }
      return exchange(request, [...request.headers, ...userContext], slots.release);
    },
    close: () => pool.destroy(),
  };
};

/** Makes attempts and measures each, up to the head of its answer. */
const measuredAttempt =
  (name: ServiceName, metrics: CallMetrics, attempt: Lane['attempt']): Lane['attempt'] =>
  async (request) => {
    const startedAt = performance.now();
    const observe = (status: number | 'failed'): void =>
      metrics.observeAttempt(name, status, (performance.now() - startedAt) / 1_000);
    try {
      const status = await attempt(request);
      observe(status);
      return status;
    } catch (error) {
      observe('failed');
      throw error;
    }
  };

/** One service behind the gateway: kept-alive connections, a circuit breaker, retries within a budget. */
export const upstream = (
  name: ServiceName,
  baseUrl: string,
  { logger, breakerResetMs, metrics }: UpstreamOptions,
): Upstream => {
  const { origin } = new URL(baseUrl);
  const requestLane = lane(origin, CONNECTIONS);
  const uploads = lane(origin, UPLOAD_CONNECTIONS);
  const budget = retryBudget();
  const attempt = measuredAttempt(name, metrics, (request) =>
    (request.upload ? uploads : requestLane).attempt(request),
  );
  const breaker = circuitBreaker(attempt, {
    name,
    resetMs: breakerResetMs,
    isHarmless,
    onChange: (isOpen) => {
      metrics.setBreaker(name, isOpen);
      logger[isOpen ? 'warn' : 'info'](isOpen ? 'Circuit opened' : 'Circuit closed', { upstream: name });
    },
  });
  metrics.setBreaker(name, false);

  /** A timeout has used up the client's time already, and an open circuit stays open for retries too. */
  const mayRetry = (request: UpstreamRequest, error: unknown): boolean =>
    !isHarmless(error) &&
    !isBreakerOpen(error) &&
    !(error instanceof UpstreamTimeout) &&
    isRepeatable(request) &&
    !request.response.headersSent &&
    budget.withdraw();

  const send = async (request: UpstreamRequest): Promise<number> => {
    budget.deposit();
    for (let retries = 0; ; retries += 1) {
      try {
        return await breaker.run(request);
      } catch (error) {
        if (isClientFault(error)) throw error;
        const delayMs = retryDelayMs(RETRY_DELAYS_MS, retries);
        if (delayMs === undefined || !mayRetry(request, error)) {
          metrics.countFailure(name, reasonOf(error));
          logger.debug('Upstream did not answer', { upstream: name, error });
          throw toProblem(name, error);
        }
        metrics.countRetry(name);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  };

  return {
    name,
    origin,
    send,
    close: async () => {
      breaker.shutdown();
      await Promise.all([requestLane.close(), uploads.close()]);
    },
  };
};
