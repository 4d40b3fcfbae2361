import type { Request, RequestHandler } from 'express';
import { callerOf, setCaller, userOf, type Caller, type User } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { KeysUnavailable, type PublicKeys } from './public-keys.ts';
import {
  ContextRefused,
  SERVICE_CONTEXT_HEADER,
  USER_CONTEXT_HEADER,
  verifyServiceContext,
  verifyUserContext,
} from './user-context.ts';

export type AuthenticateOptions = {
  /** The service's own name: contexts addressed to others are refused. */
  readonly audience: string;
  /** The gateway's public keys. */
  readonly gatewayKeys: PublicKeys;
  /** The other services' public keys, each named for its service. */
  readonly serviceKeys: PublicKeys;
};

const PLAIN_HEADERS = ['x-user-id', 'x-user-email', 'x-user-roles'] as const;

const plainOf = ({ id, email = '', roles }: User): Record<(typeof PLAIN_HEADERS)[number], string> => ({
  'x-user-id': id,
  'x-user-email': email,
  'x-user-roles': roles.join(','),
});

/** Plain headers are a convenience for logs; where they differ from the signature, the request is forged. */
const contradicts = (request: Request, user: User | undefined): boolean =>
  PLAIN_HEADERS.some((name) => {
    const plain = request.headers[name];
    return plain !== undefined && (user === undefined || plain !== plainOf(user)[name]);
  });

/**
 * Believes signatures and nothing else: records the user of `X-User-Context` or the service of `X-Service-Context` on
 * the request. A request without either continues unauthenticated; one with an invalid signature, or with plain
 * `X-User-*` headers that the signature does not confirm, is refused with 401.
 */
export const authenticate = ({ audience, gatewayKeys, serviceKeys }: AuthenticateOptions): RequestHandler => {
  const userFrom = verifyUserContext(gatewayKeys, audience);
  const callerFrom = verifyServiceContext(serviceKeys, audience);

  const callerIn = async (request: Request): Promise<Caller> => {
    const bound = { method: request.method, path: request.originalUrl.split('?', 1)[0] ?? '' };
    const service = request.get(SERVICE_CONTEXT_HEADER);
    if (service !== undefined) return callerFrom(service, bound);
    const user = request.get(USER_CONTEXT_HEADER);
    return user === undefined ? {} : { user: await userFrom(user, bound) };
  };

  return async (request, _response, next) => {
    let caller: Caller;
    try {
      caller = await callerIn(request);
    } catch (error) {
      if (!(error instanceof ContextRefused)) throw error;
      if (error.cause instanceof KeysUnavailable)
        refuse(503, 'keys-not-available', 'Signatures cannot be checked just now. Try again shortly.', {
          headers: { 'retry-after': '2' },
        });
      return refuse(401, 'context-refused', 'The signed context of this request does not hold.');
    }
    if (contradicts(request, caller.user))
      refuse(401, 'context-contradicted', 'X-User headers are believed only as far as a signature confirms them.');
    setCaller(request, caller);
    next();
  };
};

/** Admits a user, or a service on behalf of one; 401 otherwise. */
export const requireUser: RequestHandler = (request, _response, next) => {
  userOf(request);
  next();
};

/** Admits a user with the role; 401 without a user, 403 without the role. */
export const requireRole =
  (role: string): RequestHandler =>
  (request, _response, next) => {
    if (!userOf(request).roles.includes(role)) refuse(403, 'role-missing', `This needs the role ${role}.`);
    next();
  };

/** Admits another service; 401 for all other callers. */
export const requireService: RequestHandler = (request, _response, next) => {
  if (callerOf(request).service === undefined)
    refuse(401, 'not-a-service', 'Only other services of the platform may call this.');
  next();
};
