import type { Request, RequestHandler } from 'express';
import type { Logger } from '@lego-moc/logger/logger';
import { correlationIdOf } from './correlation.ts';
import { problem, sendProblem } from './problem.ts';
import type { RouteContract } from './route-contract.ts';
import { pathPattern } from './service-contract.ts';

/** The time from the end of a request to the head of its answer. */
export type AnswerTimeouts = { readonly requestMs: number; readonly uploadMs: number };

/** How long the gateway waits for a service. */
export const GATEWAY_TIMEOUTS: AnswerTimeouts = { requestMs: 5_000, uploadMs: 30_000 };

/** When a service answers at the latest: early enough to be heard even where the processor is short. */
export const SERVICE_TIMEOUTS: AnswerTimeouts = { requestMs: 3_500, uploadMs: 25_000 };

const TOO_SLOW = problem(
  503,
  'temporarily-unavailable',
  'This could not be finished in time. Try again shortly; with the same Idempotency-Key it happens only once.',
  { headers: { 'retry-after': '5' } },
);

export type AnswerTimeoutOptions = {
  readonly logger: Logger;
  readonly contracts?: readonly RouteContract[];
  readonly answerTimeouts?: AnswerTimeouts;
};

/**
 * Answers 503 where a route takes longer than its time, whatever it waits for. The route goes on: its reply is not sent
 * any more, but is kept under the Idempotency-Key of the request, as every reply is. Stands behind the parsers of bodies.
 */
export const answerInTime = ({
  logger,
  contracts = [],
  answerTimeouts: { requestMs, uploadMs } = SERVICE_TIMEOUTS,
}: AnswerTimeoutOptions): RequestHandler => {
  const matcherOf = (routes: readonly RouteContract[]): ((request: Request) => boolean) => {
    const patterns = routes.map(({ method, path }) => ({ method: method.toUpperCase(), pattern: pathPattern(path) }));
    return (request) => patterns.some(({ method, pattern }) => method === request.method && pattern.test(request.path));
  };
  const isUpload = matcherOf(
    contracts.filter(({ upload }) => upload !== undefined && upload.mediaType !== 'application/json'),
  );
  const isAboutFile = matcherOf(contracts.filter((contract) => contract.isAboutFile === true));

  return (request, response, next) => {
    let timer: NodeJS.Timeout | undefined;
    const answer = (): void => {
      if (response.headersSent) return;
      const { method, path } = request;
      logger.warn('Request not answered in time', { method, path, correlationId: correlationIdOf(request) });
      sendProblem(request, response, TOO_SLOW);
    };
    const start = (ms: number): void => {
      if (!response.closed) timer = setTimeout(answer, ms);
    };
    response.once('close', () => clearTimeout(timer));
    // A path may take JSON as well as files, and JSON has been read by now.
    if (isUpload(request) && !request.readableEnded) request.once('end', () => start(uploadMs));
    else start(isAboutFile(request) ? uploadMs : requestMs);
    next();
  };
};
