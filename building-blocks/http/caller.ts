import type { IncomingMessage } from 'node:http';
import type { UserId } from '@lego-moc/kernel/message';
import { refuse } from './problem.ts';

export type User = {
  readonly id: UserId;
  readonly email?: string | undefined;
  readonly roles: readonly string[];
};

/** The caller according to a verified signature: a user, a service, or a service on behalf of a user. */
export type Caller = {
  readonly user?: User | undefined;
  readonly service?: string | undefined;
  /** Id of the event that a service's request is a reaction to. */
  readonly causedBy?: string | undefined;
};

const ANONYMOUS: Caller = {};
const callers = new WeakMap<IncomingMessage, Caller>();

/** Records the caller; called by the authentication middleware after it has verified the signature. */
export const setCaller = (request: IncomingMessage, caller: Caller): void => {
  callers.set(request, caller);
};

/** The authenticated caller; `{}` when nobody was authenticated. */
export const callerOf = (request: IncomingMessage): Caller => callers.get(request) ?? ANONYMOUS;

/** The user who calls, or on whose behalf a service does. Refuses with 401 when there is none. */
export const userOf = (request: IncomingMessage): User =>
  callerOf(request).user ??
  refuse(401, 'not-authenticated', 'Sign in first: this needs a valid token.', {
    headers: { 'www-authenticate': 'Bearer' },
  });
