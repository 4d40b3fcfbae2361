import type { IncomingMessage, RequestListener } from 'node:http';
import { problem, ProblemError, refuse, type ProblemReply } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import type { Tracer } from '@lego-moc/tracing/tracer';
import { isInternal } from '../http/client-address.ts';
import { hostOf } from '../http/host.ts';
import { ClientDisconnected } from '../http/request-body.ts';
import { EVERYTHING, originForm, parseTarget, TARGET_LENGTH_MAX, type Target } from '../http/request-target.ts';
import { announceDeprecation, setHead } from '../http/response-headers.ts';
import { envelopeMessage } from '../legacy/envelope.ts';
import { limitFor, type Admission } from '../limits/admission.ts';
import type { RequestsInFlight } from '../limits/requests-in-flight.ts';
import { forward, type ForwardOptions } from '../proxy/forward.ts';
import type { Match } from '../routing/routes-table.ts';
import type { Route } from '../routing/routes.ts';
import type { Cors } from '../security/cors.ts';
import { credentialsOf, type Credentials, type TokenVerifier, type VerifiedToken } from '../security/tokens.ts';
import { createContext, isUpload, type RequestContext, type RoutedRequestContext } from './request-context.ts';
import { sendProblemEarly } from './send-problem-early.ts';

export type PipelineOptions = ForwardOptions & {
  readonly match: (path: string) => Match | undefined;
  readonly verifyToken: TokenVerifier;
  readonly admission: Admission;
  readonly inFlight: RequestsInFlight;
  readonly cors: Cors;
  /** Everything that is not proxied: the gateway's own pages, which write their own access log. */
  readonly ownPages: RequestListener;
  /** Called once for each request that `ownPages` does not serve, when its answer is complete or its client gone. */
  readonly observe: (context: RequestContext) => void;
  readonly trustedProxies: number;
  readonly tracer: Tracer;
  readonly logger: Logger;
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const ALLOW = [...METHODS].join(', ');

/** Pages for the platform's own machines only. */
const INTERNAL_PATHS = new Set(['/metrics', '/ready']);

/** The request's target. Refuses a request that neither the gateway nor any service could answer. */
const validateTarget = (
  { method = 'GET', headers: { expect } }: IncomingMessage,
  url: string,
  target: Target | undefined,
): Target => {
  if (!METHODS.has(method))
    refuse(405, 'method-not-allowed', `${method} is not offered here.`, { headers: { allow: ALLOW } });
  if (url.length > TARGET_LENGTH_MAX)
    return refuse(414, 'target-too-long', `A request target has at most ${TARGET_LENGTH_MAX} characters.`);
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return refuse(417, 'expectation-failed', 'The only expectation that is understood is 100-continue.');
  if (method === 'OPTIONS' && url === '*') return EVERYTHING;
  return (
    target ??
    refuse(
      400,
      'target-ambiguous',
      'The path has "." or ".." segments, "//", a backslash, control characters or encoded slashes. Send it without them.',
    )
  );
};

/** Authenticates the user, on routes that are not open to anyone. */
const requireCredentials = (
  { access }: Route,
  request: RoutedRequestContext['request'],
  cors: Cors,
): Credentials | undefined => {
  if (access === 'anyone') return undefined;
  const credentials = credentialsOf(request);
  if (credentials === undefined && access === 'optional') return undefined;
  if (credentials === undefined)
    return refuse(401, 'not-authenticated', 'Sign in first: send a bearer token or the cookie "token".', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  if (credentials.from === 'cookie' && !cors.mayChangeByCookie(request))
    return refuse(403, 'cross-site-refused', 'A page of another site may not change anything with your cookie.');
  return credentials;
};

const requireRole = ({ access }: Route, { user }: VerifiedToken): void => {
  if (access === 'operator' && !user.roles.includes('operator'))
    refuse(403, 'role-missing', 'This needs the role operator.');
};

/** Waits for the user's turn, which ends with the response. */
const beginRequest = async (
  { inFlight }: PipelineOptions,
  { response }: RequestContext,
  userId: string,
  upload: boolean,
): Promise<void> => {
  const end = await inFlight.begin(userId, upload ? 'upload' : 'other');
  if (response.destroyed) end();
  else response.once('close', end);
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
    const verification = await verifyToken(credentials.token);
    requireRole(match.route, verification);
    context.verification = verification;
    context.token = credentials.token;
    const upload = isUpload(context);
    await admission.byUser(head, verification.user.id, limitFor(method, upload));
    await beginRequest(options, context, verification.user.id, upload);
  }
  await forward(options, context, search);
};

/** Serves one of the gateway's own pages. */
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
  // Refusals count as well, since each is a line in the log; CORS headers come first, so that pages can read a 429.
  const isOwnPage = target !== undefined && match === undefined;
  if (!isOwnPage || !isInternal(client)) await admission.fromAddress(head, client);

  const { path, search, authority } = validateTarget(request, url, target);
  context.host = hostOf(request, authority);
  if (path === EVERYTHING.path) head.push('allow', ALLOW);
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
  sendProblemEarly(
    request,
    response,
    problemOf(error),
    context.match?.route.legacy === undefined ? undefined : envelopeMessage,
  );
};

/**
 * The public entrance: requests on routes are checked and proxied in Node's own request handler, the rest goes to
 * `ownPages`. Serves as the listener of `request`, `checkContinue` and `checkExpectation`.
 */
export const requestPipeline =
  (options: PipelineOptions): RequestListener =>
  (request, response) => {
    const context = createContext(request, response, options);
    response.once('close', () => {
      if (context.servedByOwnPages === undefined) options.observe(context);
    });
    handleRequest(options, context)
      .catch((error: unknown) => sendError(options, context, error))
      .catch((error: unknown) => {
        options.logger.error('A refusal could not be sent', { error });
        response.destroy();
      });
  };
