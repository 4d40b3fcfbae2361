import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Authorizer, Role } from '../security/authorizer.ts';
import type { Users } from '../security/users.ts';
import { LogUnavailable, type EventLog } from '../storage/event-log.ts';
import { RecordDamaged } from '../storage/record.ts';
import { isInvalidStream } from '../storage/stream-metadata.ts';
import type { RpcFailure } from '../wire/errors.ts';
import { Problem, problemAnswer, send, type Answer } from './answer.ts';
import { appendEvents } from './append-events.ts';
import { createUser, showUser, updateUser } from './users-api.ts';
import { readEvents } from './read-events.ts';

export type HttpApiParts = {
  readonly log: EventLog;
  readonly authorizer: Authorizer;
  readonly info: () => object;
  readonly stats: () => object;
  /** In the text format of Prometheus. */
  readonly metrics: () => string;
  /** The cluster as a client sees it that reached the node at this host and port. */
  readonly gossip: (authority: string) => object;
  readonly users: Users;
  readonly subscriptions: (stream?: string) => readonly object[];
  readonly restartSubscriptions: () => void;
  /** Where browsers go that look for a page: the node has none itself. */
  readonly webInterface: string | undefined;
};

/** Against clients that hold connections without finishing a request. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/** HTTP/1.1 server for `requestListener`. */
export const httpServer = (listener: RequestListener): Server => createServer(LIMITS, listener);

/** The HTTP side of the node: health, statistics, users, and JSON access to streams for scripts. */
export const requestListener =
  (parts: HttpApiParts): RequestListener =>
  (request, response) => {
    answer(parts, request).then(
      (ready) => send(request, response, ready),
      (error: unknown) => {
        // A client that hung up in the middle of its request gets no answer.
        if (!request.destroyed || request.complete) send(request, response, problemAnswer(problemOf(error)));
      },
    );
  };

type Handler = (parts: HttpApiParts, request: IncomingMessage, segments: readonly string[]) => Answer | Promise<Answer>;

const onlyFor =
  (role: Role, handle: Handler): Handler =>
  (parts, request, segments) => {
    throwIfRefused(parts.authorizer.checkRole(request.headers.authorization, role));
    return handle(parts, request, segments);
  };

const toWebInterface: Handler = ({ webInterface }) => {
  if (webInterface === undefined)
    throw new Problem(404, 'no-web-interface', 'This node has no web interface; --web-interface names one');
  return { status: 302, headers: { location: webInterface } };
};

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET ': toWebInterface,
  'GET web': toWebInterface,
  'GET health': (_parts, _request, [probe]) => {
    if (probe !== 'live') throw new Problem(404, 'not-found', 'There is nothing here');
    return { status: 204 };
  },
  'GET ping': () => ({ status: 200, body: { msgTypeId: 1, text: 'Ping request successfully handled' } }),
  'GET info': ({ info }) => ({ status: 200, body: info() }),
  'GET gossip': ({ gossip }, request) => ({ status: 200, body: gossip(authorityOf(request)) }),
  'GET stats': onlyFor('operator', ({ stats }) => ({ status: 200, body: stats() })),
  'GET metrics': onlyFor('operator', ({ metrics }) => ({
    status: 200,
    text: metrics(),
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  })),
  'GET subscriptions': onlyFor('user', (parts, _request, segments) => subscriptionList(parts, segments)),
  'POST subscriptions': onlyFor('operator', (parts, _request, segments) => restart(parts, segments)),
  'POST users': onlyFor('admin', ({ users }, request) => createUser(users, request)),
  'GET users': onlyFor('admin', ({ users }, _request, segments) => showUser(users, segments)),
  'PUT users': onlyFor('admin', ({ users }, request, segments) => updateUser(users, request, segments)),
  'GET streams': (parts, request, segments) =>
    readEvents(parts.log, allowedStream(parts, request, segments, 'read'), segments.slice(1)),
  'POST streams': (parts, request, segments) =>
    appendEvents(parts.log, allowedStream(parts, request, segments, 'write'), request),
};

const answer = async (parts: HttpApiParts, request: IncomingMessage): Promise<Answer> => {
  const [root = '', ...segments] = pathOf(request).split('/').slice(1).map(decodeSegment);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const handle = ROUTES[`${method} ${root}`];
  if (handle === undefined) throw refusedMethod(root);
  return await handle(parts, request, segments);
};

/** Only a target with a host, as proxies are sent it, is a URL by itself: `//` alone is none, and no host. */
const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const [target = '/'] = url.split(/[?#]/);
  return target.startsWith('/') ? target : (URL.parse(target)?.pathname ?? '/');
};

/** Over HTTP/2 the host is in a field of its own. */
const authorityOf = ({ headers }: IncomingMessage): string => {
  const authority = headers[':authority'] ?? headers.host;
  return typeof authority === 'string' ? authority : '';
};

const METHODS = ['GET', 'POST', 'PUT'] as const;

const refusedMethod = (root: string): Problem => {
  const allowedMethods = METHODS.filter((method) => `${method} ${root}` in ROUTES);
  if (allowedMethods.length === 0) return new Problem(404, 'not-found', 'There is nothing here');
  const allow = allowedMethods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return new Problem(405, 'method-not-allowed', `Here one may ${allow}`, { allow });
};

const allowedStream = (
  { authorizer }: HttpApiParts,
  { headers }: IncomingMessage,
  [stream = '']: readonly string[],
  action: 'read' | 'write',
): string => {
  if (isInvalidStream(stream)) throw new Problem(404, 'not-found', 'Name a stream');
  throwIfRefused(authorizer.checkStream(headers.authorization, action, stream));
  return stream;
};

const subscriptionList = ({ subscriptions }: HttpApiParts, [stream]: readonly string[]): Answer => {
  const groups = subscriptions(stream);
  if (stream !== undefined && groups.length === 0)
    throw new Problem(404, 'no-subscriptions', 'The stream has no groups');
  return { status: 200, body: groups };
};

const restart = ({ restartSubscriptions }: HttpApiParts, [verb]: readonly string[]): Answer => {
  if (verb !== 'restart') throw new Problem(404, 'not-found', 'There is nothing here');
  restartSubscriptions();
  return { status: 200, body: {} };
};

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem(400, 'bad-path', 'The path is not well encoded');
  }
};

const throwIfRefused = (failure: RpcFailure | undefined): void => {
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
