import type { IncomingMessage, RequestListener } from 'node:http';
import { problem, refuse, ProblemError, type ProblemReply } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import { limitFor, type Admission } from './admission.ts';
import { answerProblem } from './answer.ts';
import { isInternal } from './client-address.ts';
import type { Cors } from './cors.ts';
import { forward, type ForwardOptions } from './forward.ts';
import { hostOf } from './host.ts';
import { endsHere } from './max-forwards.ts';
import type { TrustedProxies } from './provenance.ts';
import { ClientGone } from './request-body.ts';
import { EVERYTHING, originForm, parseTarget, TARGET_LENGTH_MAX, type Target } from './request-target.ts';
import { announceDeprecation, setHead } from './response-headers.ts';
import type { Match, Route } from './routes-table.ts';
import { credentialsOf, type Credentials, type Verified } from './tokens.ts';
import { arrive, isUpload, type RoutedVisit, type Visit } from './visit.ts';

export type DoorOptions = ForwardOptions & {
  readonly match: (path: string) => Match | undefined;
  readonly verifyToken: (token: string) => Verified | Promise<Verified>;
  readonly admission: Admission;
  readonly cors: Cors;
  /** Everything that is not proxied: the gateway's own few pages, which keep their own log. */
  readonly own: RequestListener;
  /** Called once for each request that is not for `own`, when its answer is out or its client gone. */
  readonly observe: (visit: Visit) => void;
  readonly trustedProxies: TrustedProxies;
  readonly logger: Logger;
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What the platform tells its own machines only. */
const INTERNAL = new Set(['/metrics', '/ready']);

/** What the request is for, as `target` says if it can be told. Refuses what nobody here could answer. */
const judged = (
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
const credentialsFor = ({ access }: Route, request: RoutedVisit['request'], cors: Cors): Credentials | undefined => {
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

const requireRole = ({ access }: Route, { user }: Verified): void => {
  if (access === 'operator' && !user.roles.includes('operator'))
    refuse(403, 'role-missing', 'This needs the role operator.');
};

const passThrough = async (options: DoorOptions, visit: RoutedVisit, search: string): Promise<void> => {
  const { request, method, match, head } = visit;
  const { cors, admission, verifyToken } = options;
  const credentials = credentialsFor(match.route, request, cors);
  if (credentials !== undefined) {
    const known = verifyToken(credentials.token);
    const verified = known instanceof Promise ? await known : known;
    requireRole(match.route, verified);
    visit.verified = verified;
    await admission.byUser(head, verified.user.id, limitFor(method, isUpload(visit)));
  }
  await forward(options, visit, search);
};

/** The gateway's own pages, some of them not shown to strangers. */
const ownPage = ({ own }: DoorOptions, visit: Visit, path: string): void => {
  const { request, response, client, head } = visit;
  if (INTERNAL.has(path) && !isInternal(client)) refuse(404, 'route-not-found', `There is no ${path} here.`);
  setHead(response, head);
  visit.own = true;
  own(request, response);
};

const enter = async (options: DoorOptions, visit: Visit): Promise<void> => {
  const { admission, cors } = options;
  const { request, response, client, head } = visit;
  const { url = '' } = request;
  const target = parseTarget(url);
  const match = target === undefined ? undefined : options.match(target.path);
  request.url = originForm(url);
  if (match !== undefined) {
    visit.match = match;
    if (match.route.deprecation !== undefined) announceDeprecation(head, match.route.deprecation);
  }
  const isPreflight = cors.greet(request, head);
  // Counted before it is judged, since a refusal is a line in the log as well; after the greeting, so that pages can
  // read what comes of it.
  const isOwn = target !== undefined && match === undefined;
  if (!isOwn || !isInternal(client)) await admission.fromAddress(head, client);

  const { path, search, authority } = judged(request, url, target);
  visit.host = hostOf(request, authority);
  if (isPreflight || endsHere(visit)) response.writeHead(204, head).end();
  else if (match === undefined) ownPage(options, visit, path);
  else await passThrough(options, visit as RoutedVisit, search);
};

const problemOf = (error: unknown): ProblemReply =>
  error instanceof ProblemError
    ? error.reply
    : problem(500, 'internal-error', 'Something went wrong on our side. The correlation id names this request.');

const turnAway = ({ logger }: DoorOptions, visit: Visit, error: unknown): void => {
  const { request, response, correlationId, head } = visit;
  if (error instanceof ClientGone) {
    response.destroy();
    return;
  }
  if (!(error instanceof ProblemError)) logger.error('Request failed', { error, correlationId });
  if (!response.headersSent) setHead(response, head);
  answerProblem(request, response, problemOf(error));
};

/**
 * The public door: proxied paths are routed here, in node's own request handler; the rest goes on to `own`. Serves as
 * the listener of `request`, `checkContinue` and `checkExpectation`.
 */
export const door =
  (options: DoorOptions): RequestListener =>
  (request, response) => {
    const visit = arrive(request, response, options.trustedProxies);
    response.once('close', () => {
      if (visit.own === undefined) options.observe(visit);
    });
    enter(options, visit)
      .catch((error: unknown) => turnAway(options, visit, error))
      .catch((error: unknown) => {
        options.logger.error('A request could not even be turned away', { error });
        response.destroy();
      });
  };
