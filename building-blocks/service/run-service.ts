import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '@lego-moc/application/back-off';
import { requestStarted } from '@lego-moc/application/foreground';
import type { Logger } from '@lego-moc/logger/logger';
import type { Readiness } from '@lego-moc/http/api';
import { serve, type ServeOptions, type RunningServer } from '@lego-moc/http/serve';
import { watchHealth } from '@lego-moc/http/health-watch';

export type Stop = () => Promise<void>;

export type ServiceParts = Omit<ServeOptions, 'onStop'> & {
  /** The app, which calls `ready` for `/ready`. */
  readonly api: (ready: () => Readiness) => RequestListener;
  /** Prepares the dependencies (schemas, groups). Repeated until it succeeds. */
  readonly prepare: () => Promise<void>;
  /**
   * Rejects while a dependency is away that every request needs: called every second once prepared, and reported at
   * `/ready`.
   */
  readonly check?: () => Promise<unknown>;
  /** Starts background work (subscriptions, watchdogs), once prepared; returns the function that ends it. */
  readonly work: () => Stop;
  /** Closes connections, when everything else has ended. */
  readonly close: Stop;
};

const BACK_OFF_FROM_MS = 250;
const BACK_OFF_TO_MS = 5_000;

/**
 * The gateway reads as slowly as its clients do, and the kernel accepts more only when a third of its buffers is free,
 * some 1.5 MB on loopback, measured by hand: half a minute would cut off clients below 50 KB/s. Cutting off clients
 * that read nothing is the gateway's task.
 */
const READER_TIMEOUT_MS = 600_000;

const DEPENDENCY_UNAVAILABLE: Readiness = { ready: false, reason: 'What this service stands on is away just now.' };

/** Repeats until it succeeds or `signal` aborts; returns whether it succeeded. */
const prepareWithRetries = async (
  prepare: () => Promise<void>,
  logger: Logger,
  signal: AbortSignal,
): Promise<boolean> => {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      await prepare();
      return true;
    } catch (error) {
      logger.warn('Not ready yet', { error });
      await sleep(backOffMs(attempt, BACK_OFF_FROM_MS, BACK_OFF_TO_MS), undefined, { signal }).catch(() => undefined);
    }
  }
  return false;
};

/** Makes background work give way to requests. */
const deferBackgroundWork =
  (app: RequestListener): RequestListener =>
  (request, response) => {
    response.on('close', requestStarted());
    app(request, response);
  };

/**
 * Runs a service: it listens at once, is ready (`/ready`) once its dependencies are prepared, and works from then on.
 * An event store or a database that comes up later is waited for. Stops gracefully; see `serve`.
 */
export const runService = async ({
  api,
  prepare,
  check,
  work,
  close,
  ...serveOptions
}: ServiceParts): Promise<RunningServer> => {
  const { logger } = serveOptions;
  const stopController = new AbortController();
  let readiness: Readiness = { ready: false, reason: 'What this service stands on is not reachable yet.' };
  let endWork: Stop | undefined;
  let endWatch: (() => void) | undefined;

  const begin = async (): Promise<void> => {
    if (!(await prepareWithRetries(prepare, logger, stopController.signal)) || stopController.signal.aborted) return;
    endWork = work();
    readiness = { ready: true };
    logger.info('Ready');
    if (check !== undefined) endWatch = watchHealth(check, onFoundation);
  };
  const onFoundation = (isWell: boolean, error: unknown): void => {
    readiness = isWell ? { ready: true } : DEPENDENCY_UNAVAILABLE;
    if (isWell) logger.info('Ready again');
    else logger.warn('Not ready any more', { error });
  };

  const server = await serve(deferBackgroundWork(api(() => readiness)), {
    readerTimeoutMs: READER_TIMEOUT_MS,
    ...serveOptions,
    onStop: async () => {
      stopController.abort();
      await startup;
      endWatch?.();
      await endWork?.();
      await close();
    },
  });
  const startup = begin();
  return server;
};
