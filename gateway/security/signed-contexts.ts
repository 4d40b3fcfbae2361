import { signUserContext, USER_CONTEXT_HEADER } from '@lego-moc/auth-middleware/user-context';
import type { ContextKeys } from './context-keys.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { UpstreamName } from '../routing/routes-table.ts';
import type { VerifiedToken } from './tokens.ts';

const TTL_S = 60;
/** Signed anew at half its time: what arrives is always good for at least thirty seconds more. */
const REUSED_MS = 30_000;

type Signed = { readonly headers: RawHeaders; readonly signedAt: number; readonly kid: string };

/** Headers may carry visible ASCII only; a name beyond that is told by the signature alone. */
const plainHeader = (name: string, value: string): RawHeaders => (/^[\x20-\x7e]+$/.test(value) ? [name, value] : []);

/** The headers that tell an upstream who the user is: the signed context, and the plain ones that it confirms. */
export const signedContexts = (
  keys: ContextKeys,
  now: () => number = Date.now,
): ((verified: VerifiedToken, audience: UpstreamName) => RawHeaders | Promise<RawHeaders>) => {
  /** Kept with the verified token, and gone with it. */
  const known = new WeakMap<VerifiedToken, Map<UpstreamName, Signed>>();

  const sign = async ({ user }: VerifiedToken, audience: UpstreamName): Promise<Signed> => {
    const key = keys.current();
    const context = await signUserContext(key, { user, audience, ttlS: TTL_S });
    return {
      headers: [
        USER_CONTEXT_HEADER,
        context,
        ...plainHeader('x-user-id', user.id),
        ...plainHeader('x-user-email', user.email ?? ''),
        ...plainHeader('x-user-roles', user.roles.join(',')),
      ],
      signedAt: now(),
      kid: key.kid,
    };
  };

  const signAnew = async (verified: VerifiedToken, audience: UpstreamName): Promise<RawHeaders> => {
    const fresh = await sign(verified, audience);
    const audiences = known.get(verified) ?? new Map<UpstreamName, Signed>();
    known.set(verified, audiences.set(audience, fresh));
    return fresh.headers;
  };

  return (verified, audience) => {
    const before = known.get(verified)?.get(audience);
    const age = before === undefined ? Infinity : now() - before.signedAt;
    if (before !== undefined && age >= 0 && age < REUSED_MS && before.kid === keys.current().kid) return before.headers;
    return signAnew(verified, audience);
  };
};
