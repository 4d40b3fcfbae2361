import { Pool } from 'undici';
import { problem, ProblemError } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import type { Metrics } from '@lego-moc/metrics/metrics';
import { breaker, isRefusal } from './breaker.ts';
import { exchangeWith, UpstreamTimeout, type UpstreamRequest } from './exchange.ts';
import { ClientDisconnected } from '../http/request-body.ts';
import { retryBudget, retryDelayMs } from './retry-budget.ts';
import type { UpstreamName } from '../routing/routes-table.ts';

export interface Upstream {
  readonly name: UpstreamName;
  readonly origin: string;
  /** Streams the upstream's answer into the response; throws `ProblemError` or `ClientGone` when it never began. */
  send(asked: UpstreamRequest): Promise<number>;
  close(): Promise<void>;
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
const RETRY_AFTER = { headers: { 'retry-after': '5' } };

const isRepeatable = ({ request, body }: UpstreamRequest): boolean =>
  body.kind !== 'streamed' &&
  (IDEMPOTENT.has(request.method ?? '') || request.headers['idempotency-key'] !== undefined);

/** The client's doing, not the upstream's: says nothing about its health. */
const isClientFault = (error: unknown): boolean => error instanceof ClientDisconnected || error instanceof ProblemError;

const toRefusal = (name: UpstreamName, error: unknown): ProblemError | ClientDisconnected => {
  if (error instanceof ProblemError || error instanceof ClientDisconnected) return error;
  return new ProblemError(
    error instanceof UpstreamTimeout
      ? problem(504, 'service-timeout', `The ${name} service did not answer in time.`, RETRY_AFTER)
      : problem(
          503,
          'service-unavailable',
          `The ${name} service is not available just now. Try again shortly.`,
          RETRY_AFTER,
        ),
  );
};

const reasonOf = (error: unknown): string => {
  if (isRefusal(error)) return 'breaker-open';
  return error instanceof UpstreamTimeout ? 'timeout' : 'unreachable';
};

export type UpstreamOptions = {
  readonly logger: Logger;
  readonly breakerMs: number;
  readonly failures: ReturnType<typeof upstreamMetrics>;
};

/** What is noted of all upstreams. */
export const upstreamMetrics = (metrics: Metrics) => ({
  failures: metrics.counter('gateway_upstream_failures_total', 'Requests that an upstream did not answer.', [
    'upstream',
    'reason',
  ]),
  retries: metrics.counter('gateway_upstream_retries_total', 'Requests sent to an upstream again.', ['upstream']),
  breaker: metrics.gauge('gateway_breaker_open', '1 while an upstream is not asked because it keeps failing.', [
    'upstream',
  ]),
});

/** One service behind the gateway: kept-alive connections, a breaker, retries within a budget. */
export const upstream = (
  name: UpstreamName,
  baseUrl: string,
  { logger, breakerMs, failures: noted }: UpstreamOptions,
): Upstream => {
  const { origin } = new URL(baseUrl);
  const dispatcher = new Pool(origin, {
    connections: 256,
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    connect: { timeout: 2_000 },
  });

  const guarded = breaker(exchangeWith(dispatcher), {
    name,
    breakerMs,
    isHarmless: isClientFault,
    onChange: (isOpen) => {
      noted.breaker.set({ upstream: name }, isOpen ? 1 : 0);
      logger[isOpen ? 'warn' : 'info'](isOpen ? 'Circuit opened' : 'Circuit closed', { upstream: name });
    },
  });
  noted.breaker.set({ upstream: name }, 0);

  const budget = retryBudget();

  /** A timeout has used up the client's patience already, and an open breaker is not worn down by asking. */
  const mayRetry = (asked: UpstreamRequest, error: unknown): boolean =>
    !isClientFault(error) &&
    !isRefusal(error) &&
    !(error instanceof UpstreamTimeout) &&
    isRepeatable(asked) &&
    !asked.response.headersSent &&
    budget.withdraw();

  const refused = (error: unknown): ProblemError | ClientDisconnected => {
    if (!isClientFault(error)) noted.failures.inc({ upstream: name, reason: reasonOf(error) });
    logger.debug('Upstream did not answer', { upstream: name, error });
    return toRefusal(name, error);
  };

  const send = (asked: UpstreamRequest, tries: number): Promise<number> =>
    guarded.send(asked).catch((error: unknown) => askAgain(asked, tries, error));

  const askAgain = async (asked: UpstreamRequest, tries: number, error: unknown): Promise<number> => {
    const delayMs = retryDelayMs(tries);
    if (delayMs === undefined || !mayRetry(asked, error)) throw refused(error);
    noted.retries.inc({ upstream: name });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return send(asked, tries + 1);
  };

  return {
    name,
    origin,
    send: (asked) => {
      budget.deposit();
      return send(asked, 0);
    },
    close: async () => {
      guarded.shutdown();
      await dispatcher.destroy();
    },
  };
};
