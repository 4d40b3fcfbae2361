import { sign } from 'node:crypto';
import { jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Caller, User } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { isCanonicalToken } from './canonical-token.ts';
import { readSigningKey, type SigningKey } from './keys.ts';
import type { PublicKeys } from './public-keys.ts';
import { memoizeWhileValid } from './memoize-while-valid.ts';

/** Carries the gateway's signed statement of who the user is. */
export const USER_CONTEXT_HEADER = 'x-user-context';
/** Carries a service's signed statement of who it is, and of the user it acts for. */
export const SERVICE_CONTEXT_HEADER = 'x-service-context';
export const GATEWAY = 'gateway';

/** Own media types, so that a token made for one purpose never passes for another. */
const USER_CONTEXT = 'user-context+jwt';
const SERVICE_CONTEXT = 'service-context+jwt';

/** A context is signed when its request is sent. */
const TTL_S = 30;
/** Tolerated difference between the clocks of machines. */
const LEEWAY_S = 5;

/**
 * The request that a context is valid for: its method and its path without the query, as the called service sees them.
 */
export type BoundRequest = { readonly method: string; readonly path: string };

const boundClaims = z.object({ htm: z.string().min(1), htu: z.string().min(1) });
const userClaims = z.object({ sub: z.string().min(1), email: z.string().optional(), roles: z.array(z.string()) });
const serviceClaims = z.object({
  iss: z.string().min(1),
  act: userClaims.optional(),
  /** Id of the event that the request is a reaction to. */
  causedBy: z.guid().optional(),
});

const toUser = ({ sub, email, roles }: z.infer<typeof userClaims>): User => ({ id: sub as UserId, email, roles });
const toClaims = ({ id, email, roles }: User): z.infer<typeof userClaims> => ({ sub: id, email, roles: [...roles] });

/** A signature that is invalid, has expired, is addressed to another service or bound to another request. */
export class ContextRefused extends Error {
  constructor(cause: unknown) {
    super('The signed context does not hold', { cause });
    this.name = 'ContextRefused';
  }
}

const toPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** On this thread: handing so small a signature to another one costs more than making it. */
const signJwt = ({ kid, privateKey }: SigningKey, type: string, claims: JWTPayload, ttlS: number): string => {
  const iat = Math.floor(Date.now() / 1_000);
  const input = `${toPart({ alg: 'EdDSA', kid, typ: type })}.${toPart({ ...claims, iat, exp: iat + ttlS })}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
};

const verifyJwt = async <T>(
  token: string,
  keys: PublicKeys,
  demands: { readonly audience: string; readonly typ: string; readonly issuer?: string },
  read: (payload: JWTPayload, kid: string | undefined) => T,
): Promise<T> => {
  try {
    if (!isCanonicalToken(token)) throw new Error('The token is not in its canonical spelling');
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      ...demands,
      algorithms: ['EdDSA'],
      clockTolerance: LEEWAY_S,
      requiredClaims: ['exp', 'iat'],
    });
    return read(payload, protectedHeader.kid);
  } catch (error) {
    throw new ContextRefused(error);
  }
};

const toBoundClaims = ({ method, path }: BoundRequest): z.infer<typeof boundClaims> => ({ htm: method, htu: path });

const requireBound = ({ htm, htu }: z.infer<typeof boundClaims>, { method, path }: BoundRequest): void => {
  if (htm !== method || htu !== path)
    throw new ContextRefused(new Error(`The context is bound to ${htm} ${htu}, not to ${method} ${path}`));
};

/** The gateway's signed statement of who a user is, addressed to the service `audience` and bound to one request. */
export const signUserContext = (
  key: SigningKey,
  {
    user,
    audience,
    request,
    ttlS = TTL_S,
  }: { readonly user: User; readonly audience: string; readonly request: BoundRequest; readonly ttlS?: number },
): string =>
  signJwt(key, USER_CONTEXT, { ...toClaims(user), ...toBoundClaims(request), iss: GATEWAY, aud: audience }, ttlS);

/** Contexts that a withdrawn key signed stay valid no longer than their own lifetime. */
const AGE_MAX_MS = TTL_S * 1_000;
const CONTEXTS_MAX = 2_000;

/**
 * Reads a user context addressed to `audience` and bound to the request. The function throws `ContextRefused`. The
 * gateway sends the same context with repeated requests, so a valid one is remembered until it expires.
 */
export const verifyUserContext = (
  keys: PublicKeys,
  audience: string,
): ((token: string, request: BoundRequest) => Promise<User>) => {
  const demands = { audience, typ: USER_CONTEXT, issuer: GATEWAY };
  const verify = (token: string) =>
    verifyJwt(token, keys, demands, (payload) => ({
      user: toUser(userClaims.parse(payload)),
      bound: boundClaims.parse(payload),
      validUntilMs: ((payload.exp ?? 0) + LEEWAY_S) * 1_000,
    }));
  const verifyOnce = memoizeWhileValid(verify, {
    entriesMax: CONTEXTS_MAX,
    ageMaxMs: AGE_MAX_MS,
    validUntilMs: ({ validUntilMs }) => validUntilMs,
  });
  return async (token, request) => {
    const { user, bound } = await verifyOnce(token);
    requireBound(bound, request);
    return user;
  };
};

/**
 * A service's signed statement of who it is, addressed to `audience` and bound to one request; with `user`, it acts for
 * that user, with `causedBy`, in reaction to that event.
 */
export const signServiceContext = (
  key: SigningKey,
  {
    service,
    audience,
    request,
    user,
    causedBy,
  }: {
    readonly service: string;
    readonly audience: string;
    readonly request: BoundRequest;
    readonly user?: User | undefined;
    readonly causedBy?: string | undefined;
  },
): string =>
  signJwt(
    key,
    SERVICE_CONTEXT,
    {
      ...toBoundClaims(request),
      iss: service,
      aud: audience,
      ...(user === undefined ? {} : { act: toClaims(user) }),
      ...(causedBy === undefined ? {} : { causedBy }),
    },
    TTL_S,
  );

/**
 * Reads a service context addressed to `audience` and bound to the request; only a key named `<service>` or
 * `<service>.<generation>` speaks for that service. Throws `ContextRefused`.
 */
export const verifyServiceContext =
  (keys: PublicKeys, audience: string): ((token: string, request: BoundRequest) => Promise<Caller>) =>
  (token, request) =>
    verifyJwt(token, keys, { audience, typ: SERVICE_CONTEXT }, (payload, kid) => {
      const { iss, act, causedBy } = serviceClaims.parse(payload);
      if (kid?.split('.', 1)[0] !== iss) throw new Error(`The key ${String(kid)} does not speak for ${iss}`);
      requireBound(boundClaims.parse(payload), request);
      return { service: iss, user: act === undefined ? undefined : toUser(act), causedBy };
    });

/** The request that a service is about to send, the user it acts for, and the event that it reacts to. */
export type RequestToSign = BoundRequest & {
  readonly user?: User | undefined;
  readonly causedBy?: string | undefined;
};

/**
 * The signer that `serviceClient` takes as `sign`: proves to the called service which service calls and for which user.
 * The key is read from the file when it is first needed, and again if that failed.
 */
export const signerFromFile = (
  path: string,
  service: string,
): ((audience: string, request: RequestToSign) => Promise<Record<string, string>>) => {
  let keyRead: Promise<SigningKey> | undefined;
  const key = (): Promise<SigningKey> =>
    (keyRead ??= readSigningKey(path).catch((error: unknown) => {
      keyRead = undefined;
      throw error;
    }));
  return async (audience, { method, path: to, ...claims }) => ({
    [SERVICE_CONTEXT_HEADER]: signServiceContext(await key(), {
      service,
      audience,
      request: { method, path: to },
      ...claims,
    }),
  });
};
