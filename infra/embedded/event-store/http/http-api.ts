import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Authorizer } from '../security/authorizer.ts';
import { LogUnavailable, type EventLog } from '../storage/event-log.ts';
import { RecordDamaged } from '../storage/record.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import type { RpcFailure } from '../wire/errors.ts';
import { Problem, problemAnswer, send, type Answer } from './answer.ts';
import { appendEvents } from './append-events.ts';
import { readEvents } from './read-events.ts';

export type HttpApiParts = {
  readonly log: EventLog;
  readonly authorizer: Authorizer;
  readonly info: () => object;
  readonly stats: () => object;
  readonly subscriptions: (stream?: string) => readonly object[];
  readonly restartSubscriptions: () => void;
};

/** Against clients that hold connections without finishing a request. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/** The HTTP/1.1 side of the node: health, figures and JSON access to streams for scripts. */
export const httpApi = (parts: HttpApiParts): Server =>
  createServer(LIMITS, (request, response) => {
    answer(parts, request).then(
      (ready) => send(request, response, ready),
      (error: unknown) => {
        // Who hung up in the middle of a request waits for no answer.
        if (!request.destroyed || request.complete) send(request, response, problemAnswer(problemOf(error)));
      },
    );
  });

type Handler = (parts: HttpApiParts, request: IncomingMessage, rest: readonly string[]) => Answer | Promise<Answer>;

const operators =
  (handle: Handler): Handler =>
  (parts, request, rest) => {
    refuse(parts.authorizer.checkOperations(request.headers.authorization));
    return handle(parts, request, rest);
  };

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET health': (_parts, _request, [which]) => {
    if (which !== 'live') throw new Problem(404, 'not-found', 'There is nothing here');
    return { status: 204 };
  },
  'GET ping': () => ({ status: 200, body: { text: 'Ping request successfully handled' } }),
  'GET info': ({ info }) => ({ status: 200, body: info() }),
  'GET stats': operators(({ stats }) => ({ status: 200, body: stats() })),
  'GET subscriptions': operators((parts, _request, rest) => subscriptionList(parts, rest)),
  'POST subscriptions': operators((parts, _request, rest) => restart(parts, rest)),
  'GET streams': (parts, request, rest) =>
    readEvents(parts.log, allowedStream(parts, request, rest, 'read'), rest.slice(1)),
  'POST streams': (parts, request, rest) =>
    appendEvents(parts.log, allowedStream(parts, request, rest, 'write'), request),
};

const answer = async (parts: HttpApiParts, request: IncomingMessage): Promise<Answer> => {
  const [root = '', ...rest] = pathOf(request).split('/').slice(1).map(decoded);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const handle = ROUTES[`${method} ${root}`];
  if (handle === undefined) throw refusedMethod(root);
  return await handle(parts, request, rest);
};

/** Only a target with a host, as proxies are sent it, is a URL by itself: `//` alone is none, and no host. */
const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const [target = '/'] = url.split(/[?#]/);
  return target.startsWith('/') ? target : (URL.parse(target)?.pathname ?? '/');
};

const METHODS = ['GET', 'POST'] as const;

const refusedMethod = (root: string): Problem => {
  const allowed = METHODS.filter((method) => `${method} ${root}` in ROUTES);
  if (allowed.length === 0) return new Problem(404, 'not-found', 'There is nothing here');
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return new Problem(405, 'method-not-allowed', `Here one may ${allow}`, { allow });
};

const allowedStream = (
  { authorizer }: HttpApiParts,
  { headers }: IncomingMessage,
  [stream = '']: readonly string[],
  action: 'read' | 'write',
): string => {
  if (isInvalidStream(stream)) throw new Problem(404, 'not-found', 'Name a stream');
  refuse(authorizer.checkStream(headers.authorization, action, stream));
  return stream;
};

const subscriptionList = ({ subscriptions }: HttpApiParts, [stream]: readonly string[]): Answer => {
  const listed = subscriptions(stream);
  if (stream !== undefined && listed.length === 0)
    throw new Problem(404, 'no-subscriptions', 'The stream has no groups');
  return { status: 200, body: listed };
};

const restart = ({ restartSubscriptions }: HttpApiParts, [verb]: readonly string[]): Answer => {
  if (verb !== 'restart') throw new Problem(404, 'not-found', 'There is nothing here');
  restartSubscriptions();
  return { status: 200, body: {} };
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem(400, 'bad-path', 'The path is not well encoded');
  }
};

const refuse = (failure: RpcFailure | undefined): void => {
  if (failure !== undefined) {
    throw new Problem(401, 'access-denied', failure.details, { 'www-authenticate': 'Basic realm="event-store"' });
  }
};

const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (error instanceof LogUnavailable) {
    return error.reason === 'disk-full'
      ? new Problem(507, 'disk-full', error.message)
      : new Problem(503, 'unavailable', error.message, { 'retry-after': '1' });
  }
  if (error instanceof RecordDamaged) return new Problem(500, 'data-loss', error.message);
  console.error(error);
  return new Problem(500, 'internal', STATUS_CODES[500] ?? 'Internal Server Error');
};
