import type { Request } from 'express';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import { callerOf } from './caller.ts';
import { correlationIdOf } from './correlation.ts';
import { refuse } from './problem.ts';
import { traceparentOf } from './trace-requests.ts';

/** As Stripe's limit: long enough for any scheme of ids, short enough for an index. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

/** The request's `Idempotency-Key`, if it sent one. Refuses an empty or overlong one with 400. */
export const idempotencyKeyOf = (request: Request): string | undefined => {
  const key = request.get('idempotency-key');
  if (key === undefined) return undefined;
  if (key.length > 0 && key.length <= IDEMPOTENCY_KEY_LENGTH_MAX) return key;
  return refuse(
    400,
    'idempotency-key-invalid',
    `An Idempotency-Key has 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} characters.`,
  );
};

/** The actor for event metadata: the user's id, else the calling service, else `anonymous`. */
export const actorOf = (request: Request): string => {
  const { user, service } = callerOf(request);
  return user?.id ?? service ?? 'anonymous';
};

const commandIds = new WeakMap<Request, string>();

/** Sets the command id of this request; called by the idempotency middleware. */
export const setCommandId = (request: Request, commandId: string): void => {
  commandIds.set(request, commandId);
};

/** The path without its query, as the client sent it. */
const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0] ?? '/';

/** The id of the command without an idempotency store: the same actor, method, path and key give the same id. */
const commandIdOf = (request: Request, actor: string): string => {
  const key = idempotencyKeyOf(request);
  return (
    commandIds.get(request) ??
    (key === undefined ? newId() : derivedId('request', actor, request.method, pathOf(request), key))
  );
};

/**
 * The cause of a command. A request sent twice under one `Idempotency-Key` is one command. Only another service can
 * name an event that caused its request, since that is signed.
 */
export const causeOf = (request: Request): Cause => {
  const actor = actorOf(request);
  const traceparent = traceparentOf(request);
  const { causedBy } = callerOf(request);
  return {
    commandId: commandIdOf(request, actor),
    correlationId: correlationIdOf(request),
    actor,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(causedBy === undefined ? {} : { causedBy }),
  };
};
