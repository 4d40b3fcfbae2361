import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { correlationIdOf } from '@lego-moc/http/correlation';
import { problem, refuse, Refused, type ProblemReply } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import { answerProblem } from './answer.ts';
import { isInternal } from './client-address.ts';
import type { Patience } from './config.ts';
import type { Cors } from './cors.ts';
import { requestHeaders, type RawHeaders } from './headers.ts';
import { bytesMaxOf, ClientGone, requestBody } from './request-body.ts';
import { parseTarget, TARGET_LENGTH_MAX, type Target } from './request-target.ts';
import { announceDeprecation, secure } from './response-headers.ts';
import type { Match, UpstreamName } from './routes-table.ts';
import { credentialsOf, type Verified } from './tokens.ts';
import { traceparentOf } from './trace.ts';
import type { Upstream } from './upstreams.ts';
import { addressOf, arrive, protocolOf, type Visit } from './visit.ts';

export type DoorOptions = {
  readonly match: (path: string) => Match | undefined;
  readonly upstreams: Readonly<Record<UpstreamName, Upstream>>;
  readonly verifyToken: (token: string) => Promise<Verified>;
  readonly contextFor: (verified: Verified, audience: UpstreamName) => Promise<RawHeaders>;
  readonly cors: Cors;
  /** Everything that is not proxied: the gateway's own few pages. */
  readonly own: RequestListener;
  /** Called once for each proxied request, when its answer is out or its client gone. */
  readonly observe: (visit: Visit) => void;
  readonly trustedProxies: number;
  readonly patience: Patience;
  readonly logger: Logger;
};

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What the platform tells its own machines only. */
const INTERNAL = new Set(['/metrics', '/ready']);

const targetOf = ({ url = '' }: IncomingMessage): Target => {
  if (url.length > TARGET_LENGTH_MAX)
    return refuse(414, 'target-too-long', `A request target has at most ${TARGET_LENGTH_MAX} characters.`);
  return parseTarget(url) ?? refuse(400, 'target-ambiguous', 'The path is not in its plain form.');
};

const problemOf = (error: unknown): ProblemReply =>
  error instanceof Refused
    ? error.reply
    : problem(500, 'internal-error', 'Something went wrong on our side. The correlation id names this request.');

/** Proves who asks, as far as the route wants to know. */
const authenticate = async ({ verifyToken, cors }: DoorOptions, visit: Visit): Promise<void> => {
  const { request, match } = visit;
  if (match.route.access === 'anyone') return;

  const credentials = credentialsOf(request);
  if (credentials === undefined)
    return refuse(401, 'not-authenticated', 'Sign in first: send a bearer token or the cookie "token".', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  if (credentials.from === 'cookie' && !cors.mayChangeByCookie(request))
    return refuse(403, 'cross-site-refused', 'Another site may not change anything with your cookie.');

  visit.verified = await verifyToken(credentials.token);
  if (match.route.access === 'operator' && !visit.verified.user.roles.includes('operator'))
    refuse(403, 'role-missing', 'This needs the role operator.');
};

/** Who the request came from, in the gateway's own words. */
const provenance = ({ request, client, protocol, correlationId, trace }: Visit): RawHeaders => [
  'x-forwarded-for',
  client,
  'x-forwarded-host',
  request.headers.host ?? '',
  'x-forwarded-proto',
  protocol,
  'x-correlation-id',
  correlationId,
  'traceparent',
  traceparentOf(trace),
];

const forward = async ({ upstreams, contextFor, patience }: DoorOptions, visit: Visit): Promise<void> => {
  const { request, response, match, search, trace, verified } = visit;
  const { upstream } = match.route;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (request.headers.expect !== undefined && announced <= bytesMaxOf(match.upload)) response.writeContinue();

  const headers = requestHeaders(request, trace.continued);
  headers.push(...provenance(visit));
  if (verified !== undefined) headers.push(...(await contextFor(verified, upstream)));

  await upstreams[upstream].ask({
    request,
    response,
    path: match.path + search,
    headers,
    body: await requestBody(request, match.upload, patience.bodyMs),
    timeoutMs: match.upload ? patience.answerToUploadMs : patience.answerMs,
    readerMs: patience.readerMs,
  });
};

const proxied = async (options: DoorOptions, visit: Visit): Promise<void> => {
  const { request, response, match } = visit;
  response.once('close', () => options.observe(visit));
  try {
    if (match.route.deprecation !== undefined) announceDeprecation(response, match.route.deprecation);
    if (options.cors.greet(request, response)) return;
    await authenticate(options, visit);
    await forward(options, visit);
  } catch (error) {
    if (error instanceof ClientGone) {
      response.destroy();
      return;
    }
    if (!(error instanceof Refused))
      options.logger.error('Request failed', { error, path: visit.path, correlationId: visit.correlationId });
    answerProblem(request, response, problemOf(error));
  }
};

/** What needs no looking up: the form of the request. Throws `Refused`. */
const admitted = (request: IncomingMessage): Target => {
  const { method = 'GET' } = request;
  if (!METHODS.has(method)) refuse(405, 'method-not-allowed', `${method} is not offered here.`);
  return targetOf(request);
};

/**
 * The public door: proxied paths are routed here, in node's own request handler; the rest goes on to `own`. Serves as
 * the listener of `request` and of `checkContinue`.
 */
export const door = (options: DoorOptions): RequestListener => {
  const { match, own, trustedProxies } = options;

  const enter = (request: IncomingMessage, response: ServerResponse): void => {
    secure(response, correlationIdOf(request));
    const target = admitted(request);
    const client = addressOf(request, trustedProxies);
    const protocol = protocolOf(request, trustedProxies);
    const matched = match(target.path);
    if (matched !== undefined) {
      void proxied(options, arrive(request, response, { ...target, client, protocol, match: matched }));
      return;
    }
    if (INTERNAL.has(target.path) && !isInternal(client))
      refuse(404, 'route-not-found', `There is no ${target.path} here.`);
    own(request, response);
  };

  return (request, response) => {
    try {
      enter(request, response);
    } catch (error) {
      answerProblem(request, response, problemOf(error));
    }
  };
};
