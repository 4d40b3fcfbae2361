import type { Metadata } from '@grpc/grpc-js';
import type { EventLog } from '../storage/event-log.ts';
import { accessDenied, unauthenticated, type RpcFailure } from '../wire/errors.ts';
import { isOperator, mayAccess, mayReadAll, type Action, type User } from './access.ts';
import { basicAuthentication, type Passwords } from './basic-authentication.ts';

/** Decides who may do what. Every question is answered with undefined (go ahead) or how the call is to fail. */
export type Gatekeeper = {
  readonly isOpen: boolean;
  readonly nameOf: (metadata: Metadata) => string;
  readonly forStream: (authorization: string | undefined, action: Action, stream: string) => RpcFailure | undefined;
  readonly forAll: (authorization: string | undefined) => RpcFailure | undefined;
  /** Subscription groups and statistics. */
  readonly forOperations: (authorization: string | undefined) => RpcFailure | undefined;
};

/** An insecure node knows no users: everyone is trusted, as with EventStoreDB's `--insecure`. */
export const openGate: Gatekeeper = {
  isOpen: true,
  nameOf: () => 'anonymous',
  forStream: () => undefined,
  forAll: () => undefined,
  forOperations: () => undefined,
};

export const guardedGate = (log: EventLog, passwords: Passwords): Gatekeeper => {
  const authenticate = basicAuthentication(passwords);
  const aclOf = (stream: string) => log.state(stream).metadata.acl;

  const decide = (
    authorization: string | undefined,
    isAllowed: (user: User | undefined) => boolean,
  ): RpcFailure | undefined => {
    const who = authenticate(authorization);
    if (who === 'wrong') return unauthenticated();
    return isAllowed(who === 'anonymous' ? undefined : who) ? undefined : accessDenied();
  };

  return {
    isOpen: false,
    nameOf: (metadata) => {
      const who = authenticate(authorizationIn(metadata));
      return typeof who === 'string' ? 'anonymous' : who.name;
    },
    forStream: (authorization, action, stream) =>
      decide(authorization, (user) => mayAccess(user, action, stream, aclOf)),
    forAll: (authorization) => decide(authorization, mayReadAll),
    forOperations: (authorization) => decide(authorization, isOperator),
  };
};

export const authorizationIn = (metadata: Metadata): string | undefined => {
  const [value] = metadata.get('authorization');
  return value?.toString();
};
