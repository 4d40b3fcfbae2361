import type { Metadata } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.ts';
import { accessDenied, unauthenticatedCall, type RpcFailure } from '../wire/errors.ts';
import { isAdmin, isOperator, isReadOnly, mayAccess, type Action, type User } from './access.ts';
import { basicAuthentication, type Passwords } from './basic-authentication.ts';
import { BUILT_IN_ACLS, parseDefaultAcls, SETTINGS_STREAM, UPDATE_DEFAULT_ACL } from './default-acls.ts';
import { lastEventParser } from './last-event.ts';
import { usersIn } from './users.ts';

/** The role that a call requires of its caller, in addition to the access lists of streams. */
export type Role = 'admin' | 'operator' | 'user';

/** Decides who may do what. A check returns undefined (go ahead) or how the call is to fail. */
export type Authorizer = {
  /** The name that statistics show. */
  readonly userName: (metadata: Metadata) => string;
  readonly checkStream: (authorization: string | undefined, action: Action, stream: string) => RpcFailure | undefined;
  readonly checkRole: (authorization: string | undefined, role: Role) => RpcFailure | undefined;
};

/** An insecure node knows no users: everyone is trusted, as with EventStoreDB's `--insecure`. */
export const allowAll: Authorizer = {
  userName: () => 'system',
  checkStream: (_authorization, action, stream) => (isReadOnly(action, stream) ? accessDenied() : undefined),
  checkRole: () => undefined,
};

/** Users and access lists are those in the log. */
export const aclAuthorizer = (log: EventLog, passwords: Passwords): Authorizer => {
  const authenticate = basicAuthentication(passwords, usersIn(log));
  const defaultAcls = lastEventParser(log, ({ type, data }) =>
    type === UPDATE_DEFAULT_ACL ? parseDefaultAcls(data) : undefined,
  );
  const accessLists = {
    aclOf: (stream: string) => log.state(stream).metadata.acl,
    defaults: () => defaultAcls(SETTINGS_STREAM) ?? BUILT_IN_ACLS,
  };

  const decide = (
    authorization: string | undefined,
    isAllowed: (user: User | undefined) => boolean,
  ): RpcFailure | undefined => {
    const authentication = authenticate(authorization);
    if (authentication === 'wrong') return unauthenticatedCall();
    return isAllowed(authentication === 'anonymous' ? undefined : authentication) ? undefined : accessDenied();
  };

  return {
    userName: (metadata) => {
      const authentication = authenticate(authorizationIn(metadata));
      return typeof authentication === 'string' ? 'anonymous' : authentication.name;
    },
    checkStream: (authorization, action, stream) =>
      decide(authorization, (user) => mayAccess(user, action, stream, accessLists)),
    checkRole: (authorization, role) => decide(authorization, ROLES[role]),
  };
};

const ROLES: Readonly<Record<Role, (user: User | undefined) => boolean>> = {
  admin: isAdmin,
  operator: isOperator,
  user: (user) => user !== undefined,
};

export const authorizationIn = (metadata: Metadata): string | undefined => {
  const [value] = metadata.get('authorization');
  return value?.toString();
};
