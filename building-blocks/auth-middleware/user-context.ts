import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import type { Caller, User } from '@lego-moc/http/caller';
import type { UserId } from '@lego-moc/kernel/message';
import { readSigningKey, type SigningKey } from './keys.ts';
import type { PublicKeys } from './public-keys.ts';
import { memoizeWhileValid } from './memoize-while-valid.ts';

/** Carries the gateway's word for who the user is. */
export const USER_CONTEXT_HEADER = 'x-user-context';
/** Carries a service's word for itself, and for the user it acts for. */
export const SERVICE_CONTEXT_HEADER = 'x-service-context';
export const GATEWAY = 'gateway';

/** Own media types, so that a token made for one purpose never passes for another. */
const USER_CONTEXT = 'user-context+jwt';
const SERVICE_CONTEXT = 'service-context+jwt';

const TTL_S = 60;
/** Machines disagree a little about the time. */
const LEEWAY_S = 5;

const userClaims = z.object({ sub: z.string().min(1), email: z.string().optional(), roles: z.array(z.string()) });
const serviceClaims = z.object({ iss: z.string().min(1), act: userClaims.optional() });

const toUser = ({ sub, email, roles }: z.infer<typeof userClaims>): User => ({ id: sub as UserId, email, roles });
const toClaims = ({ id, email, roles }: User): z.infer<typeof userClaims> => ({ sub: id, email, roles: [...roles] });

/** A signature that does not hold, has expired, or is addressed to someone else. */
export class ContextRefused extends Error {
  constructor(cause: unknown) {
    super('The signed context does not hold', { cause });
    this.name = 'ContextRefused';
  }
}

const signJwt = (key: SigningKey, type: string, claims: JWTPayload, ttlS: number): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: type })
    .setIssuedAt()
    .setExpirationTime(`${ttlS}s`)
    .sign(key.privateKey);

const verifyJwt = async <T>(
  token: string,
  keys: PublicKeys,
  demands: { readonly audience: string; readonly typ: string; readonly issuer?: string },
  read: (payload: JWTPayload, kid: string | undefined) => T,
): Promise<T> => {
  try {
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

/** The gateway's signed word for a user, addressed to the one service `audience`, good for `ttlS` seconds. */
export const signUserContext = (
  key: SigningKey,
  { user, audience, ttlS = TTL_S }: { readonly user: User; readonly audience: string; readonly ttlS?: number },
): Promise<string> => signJwt(key, USER_CONTEXT, { ...toClaims(user), iss: GATEWAY, aud: audience }, ttlS);

/** A withdrawn key works on in contexts that it signed before, no longer than those are meant to last. */
const AGE_MAX_MS = TTL_S * 1_000;
const CONTEXTS_MAX = 10_000;

/**
 * Reads a user context addressed to `audience`. The function throws `ContextRefused`. The gateway sends the same
 * context along for half a minute, so what holds is remembered until it expires.
 */
export const verifyUserContext = (keys: PublicKeys, audience: string): ((token: string) => Promise<User>) => {
  const demands = { audience, typ: USER_CONTEXT, issuer: GATEWAY };
  const verify = (token: string) =>
    verifyJwt(token, keys, demands, (payload) => ({
      user: toUser(userClaims.parse(payload)),
      validUntilMs: ((payload.exp ?? 0) + LEEWAY_S) * 1_000,
    }));
  const verifyOnce = memoizeWhileValid(verify, {
    entriesMax: CONTEXTS_MAX,
    ageMaxMs: AGE_MAX_MS,
    validUntilMs: ({ validUntilMs }) => validUntilMs,
  });
  return async (token) => (await verifyOnce(token)).user;
};

/** A service's signed word for itself, addressed to `audience`; with `user`, it acts for that user. */
export const signServiceContext = (
  key: SigningKey,
  {
    service,
    audience,
    user,
  }: { readonly service: string; readonly audience: string; readonly user?: User | undefined },
): Promise<string> =>
  signJwt(
    key,
    SERVICE_CONTEXT,
    { iss: service, aud: audience, ...(user === undefined ? {} : { act: toClaims(user) }) },
    TTL_S,
  );

/**
 * Reads a service context addressed to `audience`; only a key named `<service>` or `<service>.<generation>` speaks for
 * that service. Throws `ContextRefused`.
 */
export const verifyServiceContext =
  (keys: PublicKeys, audience: string): ((token: string) => Promise<Caller>) =>
  (token) =>
    verifyJwt(token, keys, { audience, typ: SERVICE_CONTEXT }, (payload, kid) => {
      const { iss, act } = serviceClaims.parse(payload);
      if (kid?.split('.', 1)[0] !== iss) throw new Error(`The key ${String(kid)} does not speak for ${iss}`);
      return { service: iss, user: act === undefined ? undefined : toUser(act) };
    });

/** What `serviceClient` takes as `sign`: proves to the called service who calls and for whom. */
export const serviceSigner =
  (key: SigningKey, service: string) =>
  async (audience: string, { user }: { readonly user?: User | undefined }): Promise<Record<string, string>> => ({
    [SERVICE_CONTEXT_HEADER]: await signServiceContext(key, { service, audience, user }),
  });

/** `serviceSigner` with the key from a file, which is read when it is first needed, and again if that failed. */
export const signerFromFile = (path: string, service: string): ReturnType<typeof serviceSigner> => {
  let reading: Promise<SigningKey> | undefined;
  const key = (): Promise<SigningKey> =>
    (reading ??= readSigningKey(path).catch((error: unknown) => {
      reading = undefined;
      throw error;
    }));
  return async (audience, context) => serviceSigner(await key(), service)(audience, context);
};
