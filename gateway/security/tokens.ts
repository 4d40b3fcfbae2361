import type { IncomingMessage } from 'node:http';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { isCanonicalToken } from '@lego-moc/auth-middleware/canonical-token';
import { KeysUnavailable, type PublicKeys } from '@lego-moc/auth-middleware/public-keys';
import type { User } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import type { UserId } from '@lego-moc/kernel/message';
import { USER_ID } from '@lego-moc/kernel/user-id';
import { memoizeWhileValid } from '@lego-moc/auth-middleware/memoize-while-valid';

/** The only algorithms believed; `none` and shared secrets are not among them. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** A verified token is remembered until it expires, but not longer than a withdrawn key may go on working. */
const KEPT_MAX_MS = 600_000;
const TOKENS_MAX = 10_000;
const TOKEN_LENGTH_MAX = 8_192;

export type TokenDemands = { readonly issuer: string; readonly audience: string; readonly leewayS: number };

/** The claims of a verified token. One object per token while it is remembered: other caches are keyed by it. */
export type VerifiedToken = { readonly user: User; readonly expiresAtMs: number };

export type Credentials = { readonly token: string; readonly from: 'header' | 'cookie' };

/** Becomes part of headers and stream names, so it is limited to their characters. */
const claims = z.object({
  sub: z.string().regex(USER_ID),
  email: z.string().max(320).optional(),
  roles: z
    .array(z.string().regex(/^[\w:.-]{1,64}$/))
    .max(32)
    .default([]),
  exp: z.number(),
});

const BEARER = /^bearer /i;
const BEARER_LENGTH = 'bearer '.length;
const COOKIE = /(?:^|;\s*)token=([^;\s]+)/;

/** The bearer token, else the cookie `token`; `undefined` when the client sent neither. */
export const credentialsOf = ({ headers }: IncomingMessage): Credentials | undefined => {
  const { authorization, cookie } = headers;
  if (authorization !== undefined) {
    return BEARER.test(authorization) ? { token: authorization.slice(BEARER_LENGTH), from: 'header' } : undefined;
  }
  const token = cookie === undefined ? undefined : COOKIE.exec(cookie)?.[1];
  return token === undefined ? undefined : { token, from: 'cookie' };
};

const refuseToken = (code: string, detail: string): never =>
  refuse(401, code, detail, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });

export type TokenVerifier = (token: string) => Promise<VerifiedToken>;

/**
 * Verifies a token: signature by the issuer's keys, algorithm, issuer, audience, expiry with a little leeway. Refuses
 * with 401, or with 503 when the keys are not available. A verified token is remembered until it expires.
 */
export const tokenVerifier = (keys: PublicKeys, demands: TokenDemands): TokenVerifier => {
  const { issuer, audience, leewayS } = demands;

  const verify = async (token: string): Promise<VerifiedToken> => {
    if (!isCanonicalToken(token)) throw new errors.JWSInvalid('The token is not in its canonical spelling');
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      clockTolerance: leewayS,
      requiredClaims: ['sub', 'exp'],
    });
    const { sub, email, roles, exp } = claims.parse(payload);
    return { user: { id: sub as UserId, email, roles }, expiresAtMs: (exp + leewayS) * 1_000 };
  };

  const verifyOnce = memoizeWhileValid(verify, {
    entriesMax: TOKENS_MAX,
    ageMaxMs: KEPT_MAX_MS,
    validUntilMs: ({ expiresAtMs }) => expiresAtMs,
  });

  const toProblem = (error: unknown): never => {
    if (error instanceof KeysUnavailable)
      return refuse(503, 'identity-unavailable', 'Tokens cannot be checked just now. Try again shortly.', {
        headers: { 'retry-after': '2' },
      });
    if (error instanceof errors.JWTExpired)
      return refuseToken('token-expired', 'The token has expired. Sign in again.');
    return refuseToken('token-invalid', 'The token is not valid here.');
  };

  return async (token) => {
    if (token.length > TOKEN_LENGTH_MAX) return refuseToken('token-invalid', 'The token is too long.');
    try {
      return await verifyOnce(token);
    } catch (error) {
      return toProblem(error);
    }
  };
};
