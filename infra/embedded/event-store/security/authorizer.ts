import type { Metadata } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.ts';
import { accessDenied, unauthenticated, type RpcFailure } from '../wire/errors.ts';
import { isOperator, mayAccess, mayReadAll, type Action, type User } from './access.ts';
import { basicAuthentication, type Passwords } from './basic-authentication.ts';

/** Decides who may do what. Every question is answered with undefined (go ahead) or how the call is to fail. */
export type Authorizer = {
  readonly allowsAll: boolean;
  readonly userName: (metadata: Metadata) => string;
  readonly checkStream: (authorization: string | undefined, action: Action, stream: string) => RpcFailure | undefined;
  readonly checkAll: (authorization: string | undefined) => RpcFailure | undefined;
  /** Subscription groups and statistics. */
  readonly checkOperations: (authorization: string | undefined) => RpcFailure | undefined;
};

/** An insecure node knows no users: everyone is trusted, as with EventStoreDB's `--insecure`. */
export const allowAll: Authorizer = {
  allowsAll: true,
  userName: () => 'anonymous',
  checkStream: () => undefined,
  checkAll: () => undefined,
  checkOperations: () => undefined,
};

export const aclAuthorizer = (log: EventLog, passwords: Passwords): Authorizer => {
  const authenticate = basicAuthentication(passwords);
  const aclOf = (stream: string) => log.state(stream).metadata.acl;

  const decide = (
    authorization: string | undefined,
    isAllowed: (user: User | undefined) => boolean,
  ): RpcFailure | undefined => {
    const authentication = authenticate(authorization);
    if (authentication === 'wrong') return unauthenticated();
    return isAllowed(authentication === 'anonymous' ? undefined : authentication) ? undefined : accessDenied();
  };

  return {
    allowsAll: false,
    userName: (metadata) => {
      const authentication = authenticate(authorizationIn(metadata));
      return typeof authentication === 'string' ? 'anonymous' : authentication.name;
    },
    checkStream: (authorization, action, stream) =>
      decide(authorization, (user) => mayAccess(user, action, stream, aclOf)),
    checkAll: (authorization) => decide(authorization, mayReadAll),
    checkOperations: (authorization) => decide(authorization, isOperator),
  };
};

export const authorizationIn = (metadata: Metadata): string | undefined => {
  const [value] = metadata.get('authorization');
  return value?.toString();
};
