import type { IncomingMessage, RequestListener } from 'node:http';
import { problem, refuse, ProblemError, type ProblemReply } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import { limitFor, type Admission } from '../limits/admission.ts';
import { sendProblemEarly } from './send-problem-early.ts';
import { isInternal } from '../http/client-address.ts';
import type { Cors } from '../security/cors.ts';
import { forward, type ForwardOptions } from '../proxy/forward.ts';
import { hostOf } from '../http/host.ts';
import { ClientDisconnected } from '../http/request-body.ts';
import { EVERYTHING, originForm, parseTarget, TARGET_LENGTH_MAX, type Target } from '../http/request-target.ts';
import { announceDeprecation, setHead } from '../http/response-headers.ts';
import type { Match, Route } from '../routing/routes-table.ts';
import { credentialsOf, type Credentials, type VerifiedToken } from '../security/tokens.ts';
import { createContext, isUpload, type RoutedRequestContext, type RequestContext } from './request-context.ts';

export type PipelineOptions = ForwardOptions & {
  readonly match: (path: string) => Match | undefined;
  readonly verifyToken: (token: string) => VerifiedToken | Promise<VerifiedToken>;
  readonly admission: Admission;
  readonly cors: Cors;
  /** Everything that is not proxied: the gateway's own few pages, which keep their own log. */
  readonly ownPages: RequestListener;
  /** Called once for each request that is not for `own`, when its answer is out or its client gone. */
  readonly observe: (context: RequestContext) => void;
  readonly trustedProxies: number;
  readonly logger: Logger;
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What the platform tells its own machines only. */
const INTERNAL_PATHS = new Set(['/metrics', '/ready']);

/** What the request is for, as `target` says if it can be told. Refuses what nobody here could answer. */
const validateTarget = (
  { method = 'GET', headers: { expect } }: IncomingMessage,
  url: string,
  target: Target | undefined,
): Target => {
  if (!METHODS.has(method))
    refuse(405, 'method-not-allowed', `${method} is not offered here.`, {
      headers: { allow: [...METHODS].join(', ') },
    });
  if (url.length > TARGET_LENGTH_MAX)
    return refuse(414, 'target-too-long', `A request target has at most ${TARGET_LENGTH_MAX} characters.`);
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return refuse(417, 'expectation-failed', 'Nothing but 100-continue can be expected here.');
  if (method === 'OPTIONS' && url === '*') return EVERYTHING;
  return target ?? refuse(400, 'target-ambiguous', 'The path is not in its plain form.');
};

/** What proves who asks, where the route wants to know. */
const requireCredentials = (
  { access }: Route,
  request: RoutedRequestContext['request'],
  cors: Cors,
): Credentials | undefined => {
  if (access === 'anyone') return undefined;

  const credentials = credentialsOf(request);
  if (credentials === undefined)
    return refuse(401, 'not-authenticated', 'Sign in first: send a bearer token or the cookie "token".', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  if (credentials.from === 'cookie' && !cors.mayChangeByCookie(request))
    return refuse(403, 'cross-site-refused', 'Another site may not change anything with your cookie.');
  return credentials;
};

const requireRole = ({ access }: Route, { user }: VerifiedToken): void => {
  if (access === 'operator' && !user.roles.includes('operator'))
    refuse(403, 'role-missing', 'This needs the role operator.');
};

const authenticateAndForward = async (
  options: PipelineOptions,
  context: RoutedRequestContext,
  search: string,
): Promise<void> => {
  const { request, method, match, head } = context;
  const { cors, admission, verifyToken } = options;
  const credentials = requireCredentials(match.route, request, cors);
  if (credentials !== undefined) {
    const known = verifyToken(credentials.token);
    const verified = known instanceof Promise ? await known : known;
    requireRole(match.route, verified);
    context.verified = verified;
    await admission.byUser(head, verified.user.id, limitFor(method, isUpload(context)));
  }
  await forward(options, context, search);
};

/** The gateway's own pages, some of them not shown to strangers. */
const serveOwnPage = ({ ownPages }: PipelineOptions, context: RequestContext, path: string): void => {
  const { request, response, client, head } = context;
  if (INTERNAL_PATHS.has(path) && !isInternal(client)) refuse(404, 'route-not-found', `There is no ${path} here.`);
  setHead(response, head);
  context.servedByOwnPages = true;
  ownPages(request, response);
};

const handleRequest = async (options: PipelineOptions, context: RequestContext): Promise<void> => {
  const { admission, cors } = options;
  const { request, response, client, head } = context;
  const { url = '' } = request;
  const target = parseTarget(url);
  const match = target === undefined ? undefined : options.match(target.path);
  request.url = originForm(url);
  if (match !== undefined) {
    context.match = match;
    if (match.route.deprecation !== undefined) announceDeprecation(head, match.route.deprecation);
  }
  const isPreflight = cors.addCorsHeaders(request, head);
  // Counted before it is judged, since a refusal is a line in the log as well; after the greeting, so that pages can
  // read what comes of it.
  const isOwn = target !== undefined && match === undefined;
  if (!isOwn || !isInternal(client)) await admission.fromAddress(head, client);

  const { path, search, authority } = validateTarget(request, url, target);
  context.host = hostOf(request, authority);
  if (path === EVERYTHING.path) head.push('allow', [...METHODS].join(', '));
  if (isPreflight || path === EVERYTHING.path) response.writeHead(204, head).end();
  else if (match === undefined) serveOwnPage(options, context, path);
  else await authenticateAndForward(options, context as RoutedRequestContext, search);
};

const problemOf = (error: unknown): ProblemReply =>
  error instanceof ProblemError
    ? error.reply
    : problem(500, 'internal-error', 'Something went wrong on our side. The correlation id names this request.');

const sendError = ({ logger }: PipelineOptions, context: RequestContext, error: unknown): void => {
  const { request, response, correlationId, head } = context;
  if (error instanceof ClientDisconnected) {
    response.destroy();
    return;
  }
  if (!(error instanceof ProblemError)) logger.error('Request failed', { error, correlationId });
  if (!response.headersSent) setHead(response, head);
  sendProblemEarly(request, response, problemOf(error));
};

/**
 * The public door: proxied paths are routed here, in node's own request handler; the rest goes on to `own`. Serves as
 * the listener of `request`, `checkContinue` and `checkExpectation`.
 */
export const requestPipeline =
  (options: PipelineOptions): RequestListener =>
  (request, response) => {
    const context = createContext(request, response, options.trustedProxies);
    response.once('close', () => {
      if (context.servedByOwnPages === undefined) options.observe(context);
    });
    handleRequest(options, context)
      .catch((error: unknown) => sendError(options, context, error))
      .catch((error: unknown) => {
        options.logger.error('A request could not even be turned away', { error });
        response.destroy();
      });
  };
