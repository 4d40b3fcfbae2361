import type { IncomingMessage } from 'node:http';
import type { Request, Router } from 'express';
import { z } from 'zod';
import { exactRouter } from '@lego-moc/http/exact-router';
import { isLoopbackHost } from '@lego-moc/http/loopback-host';
import { problem, refuse } from '@lego-moc/http/problem';
import { ok, respond, type Reply } from '@lego-moc/http/respond';
import { requestOrigin } from '../http/request-origin.ts';
import type { ServiceName } from '../routing/routes.ts';
import type { Cors } from '../security/cors.ts';
import { credentialsOf, type TokenVerifier, type VerifiedToken } from '../security/tokens.ts';
import { developmentToken } from './development-issuer.ts';
import { endOfSession, sessionCookie, type CookieOptions } from './session-cookie.ts';

export type SessionOptions = {
  readonly verifyToken: TokenVerifier;
  readonly cors: Pick<Cors, 'mayChangeByCookie'>;
  readonly trustedProxies: number;
  readonly services: readonly ServiceName[];
  /** Where the development issuer gives tokens to anyone on this machine; absent wherever users are real. */
  readonly developmentIssuerUrl: string | undefined;
};

const OPERATOR = 'operator';

/** The roles that one click of the sign-in page gives. */
const DEVELOPMENT_ROLES = {
  read: [OPERATOR],
  act: [OPERATOR, 'operator:act', 'operator:reveal'],
} as const;

const developmentQuery = z.object({ roles: z.enum(['read', 'act']).default('act') });

const requireOperator = (verification: VerifiedToken): VerifiedToken =>
  verification.user.roles.includes(OPERATOR)
    ? verification
    : refuse(403, 'role-missing', 'The console needs a token with the role operator.');

/** The operator whose token a request carries. Refuses with 401 or 403. */
export const operatorOf = async (
  request: IncomingMessage,
  { verifyToken }: Pick<SessionOptions, 'verifyToken'>,
): Promise<VerifiedToken> => {
  const credentials = credentialsOf(request);
  if (credentials === undefined)
    return refuse(401, 'not-authenticated', 'Sign in first.', { headers: { 'www-authenticate': 'Bearer' } });
  return requireOperator(await verifyToken(credentials.token));
};

/**
 * `/console/api/session`: the console's sign-in. The session is the API's own token in the API's own cookie, so that
 * there is no second kind of credential; signing in takes a header that no page of another site can send.
 */
export const sessionRoutes = (options: SessionOptions): Router => {
  const { verifyToken, cors, trustedProxies, services, developmentIssuerUrl } = options;

  const cookieOptions = ({ socket, headers }: Request): CookieOptions => ({
    isSecure: requestOrigin(socket.remoteAddress, headers, trustedProxies).protocol === 'https',
  });

  const requireSameSite = (request: Request): void => {
    if (!cors.mayChangeByCookie(request))
      refuse(403, 'cross-site-refused', 'A page of another site may not sign anyone in or out.');
  };

  const describe = ({ user, expiresAtMs }: VerifiedToken) => ({
    user: { id: user.id, roles: user.roles },
    expiresAt: new Date(expiresAtMs).toISOString(),
    services,
  });

  const signIn = async (request: Request, token: string): Promise<Reply> => {
    const verification = requireOperator(await verifyToken(token));
    const cookie = sessionCookie(token, (verification.expiresAtMs - Date.now()) / 1_000, cookieOptions(request));
    return ok(describe(verification), { headers: { 'set-cookie': cookie, 'cache-control': 'no-store' } });
  };

  return exactRouter()
    .get(
      '/console/api/session',
      respond(async (request) => ok(describe(await operatorOf(request, options)), NO_STORE)),
    )
    .get(
      '/console/api/sign-in',
      respond(({ headers }) =>
        ok({ isDevelopment: developmentIssuerUrl !== undefined && isLoopbackHost(headers.host) }, NO_STORE),
      ),
    )
    .post(
      '/console/api/session',
      respond((request) => {
        const credentials = credentialsOf(request);
        if (credentials?.from !== 'header')
          return problem(401, 'not-authenticated', 'Send the token as "Authorization: Bearer …".');
        return signIn(request, credentials.token);
      }),
    )
    .post(
      '/console/api/development-session',
      respond(async (request) => {
        requireSameSite(request);
        if (developmentIssuerUrl === undefined || !isLoopbackHost(request.headers.host))
          return problem(404, 'route-not-found', 'There is no development issuer here.');
        const { roles } = developmentQuery.parse(request.query);
        return signIn(request, await developmentToken(developmentIssuerUrl, DEVELOPMENT_ROLES[roles]));
      }),
    )
    .delete(
      '/console/api/session',
      respond((request) => {
        requireSameSite(request);
        return { status: 204, headers: { 'set-cookie': endOfSession(cookieOptions(request)) } };
      }),
    );
};

const NO_STORE = { headers: { 'cache-control': 'no-store' } } as const;
