import type { Request } from 'express';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import { callerOf } from './caller.ts';
import { correlationIdOf } from './correlation.ts';
import { refuse } from './problem.ts';

/** As Stripe has it: long enough for any scheme of ids, short enough for an index. */
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

/** Who asks, for event metadata: the user's id, else the calling service, else `anonymous`. */
export const actorOf = (request: Request): string => {
  const { user, service } = callerOf(request);
  return user?.id ?? service ?? 'anonymous';
};

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace that the request belongs to, as its W3C header has it. */
export const traceparentOf = (request: Request): string | undefined => {
  const traceparent = request.get('traceparent');
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : undefined;
};

/** The path without its query, as the client sent it. */
const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0] ?? '/';

/**
 * Why a command came about. With an `Idempotency-Key` the command id follows from the key, the actor, the method and
 * the path, so the same request sent twice is the same command.
 */
export const causeOf = (request: Request): Cause => {
  const actor = actorOf(request);
  const key = idempotencyKeyOf(request);
  const traceparent = traceparentOf(request);
  return {
    commandId: key === undefined ? newId() : derivedId('request', actor, request.method, pathOf(request), key),
    correlationId: correlationIdOf(request),
    actor,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};
