import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@lego-moc/logger/logger';
import { answerClientErrors, trackResponse } from './client-errors.ts';
import { disconnectStalledReaders } from './stalled-readers.ts';
import { problem, sendProblem } from './problem.ts';

export type ServeOptions = {
  /** 0 takes any free port; `Served.port` tells which. */
  readonly port: number;
  readonly host?: string;
  readonly logger: Logger;
  /** Runs once the last request is answered: close stores and subscriptions here. */
  readonly onStop?: () => Promise<void> | void;
  /** Time limit for a client to send its header fields. */
  readonly headersTimeoutMs?: number;
  /** Limit on the request line and all header fields: 32 KiB unless told otherwise. */
  readonly headerBytesMax?: number;
  /** Time limit for a client to send its whole request. */
  readonly requestTimeoutMs?: number;
  /** A client that reads nothing for this long is cut off: 30 s unless told otherwise. */
  readonly readerTimeoutMs?: number;
  /** Load balancers need to see `/ready` fail before connections are refused. */
  readonly drainMs?: number;
  /** How long requests in flight may take to finish after the last one is accepted: 20 s unless told otherwise. */
  readonly finishMs?: number;
  /** The app itself answers `Expect`, and so can refuse a body before it is sent; and it checks `Host` itself. */
  readonly handlesExpect?: boolean;
  /** Stops the process by itself on SIGTERM, SIGINT and a lost parent. Off in tests that serve several apps. */
  readonly signals?: boolean;
};

export type RunningServer = {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  /**
   * Answers 503 at `/ready`, finishes requests in flight, closes. Resolves when all is closed; calling it twice is
   * harmless.
   */
  readonly stop: () => Promise<void>;
};

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;
const READER_TIMEOUT_MS = 30_000;
/** Longer than load balancers keep theirs, so that they close a connection before the service does. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** The gateway accepts half of it and adds its own fields: a request that it forwards must not fail in a service. */
const HEADER_BYTES_MAX = 32_768;
/** Requests unfinished by then are cut; the requirements allow 30 s for the whole of stopping. */
const FINISH_MS = 20_000;
const IDLE_SWEEP_MS = 100;
const EXIT_MS = 28_000;

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });

/** Collects answered requests whose clients are still sending: stopping need not wait for them. */
const trackAnsweredUploads = (uploads: Set<IncomingMessage>, request: IncomingMessage, response: ServerResponse) => {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
  response.once('finish', () => {
    if (request.complete) return;
    uploads.add(request);
    request.once('close', () => uploads.delete(request));
  });
};

const closeGracefully = (server: Server, answeredUploads: Set<IncomingMessage>, finishMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), finishMs);
    const closeIdle = (): void => {
      server.closeIdleConnections();
      for (const { socket } of answeredUploads) socket.destroy();
    };
    // A kept-alive connection becomes idle only when its last answer is complete.
    const sweep = setInterval(closeIdle, IDLE_SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
  });

/** Stops on the first signal, exits at once on the second. A lost parent (IPC `disconnect`) counts as a signal. */
const stopOnSignals = (stop: () => Promise<void>, logger: Logger): void => {
  let isStopping = false;
  const onSignal = (signal: string): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info('Stopping', { signal });
    setTimeout(() => process.exit(1), EXIT_MS).unref();
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('Stopping failed', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.once('disconnect', () => onSignal('disconnect'));
};

/** How often Node checks for clients that are too slow. */
const TIMEOUT_CHECK_MS = 1_000;

/** A server that cuts off slow clients and answers malformed requests with a problem. */
const createHttpServer = (listener: RequestListener, options: ServeOptions): Server => {
  const { headersTimeoutMs = HEADERS_TIMEOUT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const { readerTimeoutMs = READER_TIMEOUT_MS, handlesExpect, logger } = options;
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, headersTimeoutMs),
      maxHeaderSize: options.headerBytesMax ?? HEADER_BYTES_MAX,
      requireHostHeader: handlesExpect !== true,
      // Most requests have no body; they need no stream that ends.
      optimizeEmptyRequests: true,
    },
    listener,
  );
  answerClientErrors(server, logger);
  disconnectStalledReaders(server, readerTimeoutMs);
  return server;
};

/** Load balancers may add a query. */
const isReadinessRequest = (url = ''): boolean => url.split('?', 1)[0] === '/ready';

/**
 * Listens and stops gracefully: `/ready` answers 503, requests in flight finish (within `finishMs`), `onStop`, exit.
 * Rejects with the socket's error (`EADDRINUSE` …) when it cannot listen on the port.
 */
export const serve = async (app: RequestListener, options: ServeOptions): Promise<RunningServer> => {
  const { port, host = '127.0.0.1', logger, onStop, drainMs = 0, finishMs = FINISH_MS } = options;
  const { signals = true, handlesExpect = false } = options;
  let shutdown: Promise<void> | undefined;
  const answeredUploads = new Set<IncomingMessage>();

  const answer: RequestListener = (request, response) => {
    trackResponse(response);
    trackAnsweredUploads(answeredUploads, request, response);
    if (shutdown !== undefined) {
      response.setHeader('connection', 'close');
      if (isReadinessRequest(request.url)) {
        sendProblem(request, response, problem(503, 'stopping', 'This instance is stopping.'));
        return;
      }
    }
    app(request, response);
  };
  const server = createHttpServer(answer, options);
  if (handlesExpect) server.on('checkContinue', answer).on('checkExpectation', answer);

  const stopOnce = async (): Promise<void> => {
    if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs));
    await closeGracefully(server, answeredUploads, finishMs);
    await onStop?.();
  };
  const stop = (): Promise<void> => (shutdown ??= stopOnce());

  const address = await listen(server, port, host);
  const url = `http://${host}:${address.port}`;
  logger.info('Listening', { url });
  if (signals) stopOnSignals(stop, logger);
  return { port: address.port, url, server, stop };
};
