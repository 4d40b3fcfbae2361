import { LRUCache } from 'lru-cache';
import { signUserContext, USER_CONTEXT_HEADER, type BoundRequest } from '@lego-moc/auth-middleware/user-context';
import type { User } from '@lego-moc/http/caller';
import type { RawHeaders } from '../http/headers.ts';
import type { ServiceName } from '../routing/routes.ts';
import type { ContextKeys } from './context-keys.ts';

const TTL_S = 30;
/** A reused context is valid for at least half of its lifetime. */
const REUSED_MS = 15_000;
/** Some 700 bytes each. */
const CONTEXTS_MAX = 5_000;

type SignedContext = { readonly headers: RawHeaders; readonly signedAt: number; readonly kid: string };

/** The headers that tell an upstream who the user is: the signed context, and plain ones that it confirms. */
export type ContextSigner = (user: User, audience: ServiceName, request: BoundRequest) => RawHeaders;

/** Headers carry visible ASCII only; the signature alone carries a value beyond that. */
const plainHeader = (name: string, value: string): RawHeaders => (/^[\x20-\x7e]+$/.test(value) ? [name, value] : []);

/** Signs contexts with the current key, each for one service, method and path; repeated requests reuse it for 15 s. */
export const contextSigner = (keys: ContextKeys, now: () => number = Date.now): ContextSigner => {
  const recent = new LRUCache<string, SignedContext>({ max: CONTEXTS_MAX });

  const isReusable = ({ signedAt, kid }: SignedContext): boolean => {
    const ageMs = now() - signedAt;
    // A clock set back must not prolong a context.
    return ageMs >= 0 && ageMs < REUSED_MS && kid === keys.current().kid;
  };

  return (user, audience, request) => {
    const { id, email = '', roles } = user;
    const key = JSON.stringify([audience, request.method, request.path, id, email, roles]);
    const earlier = recent.get(key);
    if (earlier !== undefined && isReusable(earlier)) return earlier.headers;
    const signingKey = keys.current();
    const signedAt = now();
    const context = signUserContext(signingKey, { user, audience, request, ttlS: TTL_S });
    const headers = [
      USER_CONTEXT_HEADER,
      context,
      ...plainHeader('x-user-id', id),
      ...plainHeader('x-user-email', email),
      ...plainHeader('x-user-roles', roles.join(',')),
    ];
    recent.set(key, { headers, signedAt, kid: signingKey.kid });
    return headers;
  };
};
