import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '@lego-moc/logger/logger';
import { actorOf, idempotencyKeyOf } from './cause.ts';
import type { IdempotencyStore, KeyOwner } from './idempotency-store.ts';
import { problem } from './problem.ts';
import { onReply, send, type Reply } from './respond.ts';

export type IdempotentOptions = {
  readonly logger: Logger;
  /** Refuse requests without a key with 400. */
  readonly required?: boolean;
};

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Answers that are no outcome are not kept: who sends the corrected or the lucky request under the same key is served.
 * 5xx is among them, since a command keeps its id and so may be carried out again; so is whatever asks to be tried again.
 */
const RETRYABLE_STATUSES = new Set([400, 401, 413, 415, 425, 429]);
const isFinal = ({ status, stream, headers }: Reply): boolean =>
  stream === undefined && status < 500 && !RETRYABLE_STATUSES.has(status) && headers?.['retry-after'] === undefined;

const bodyIn = ({ body }: { readonly body?: unknown }): unknown =>
  Buffer.isBuffer(body) ? createHash('sha256').update(body).digest('base64url') : (body ?? null);

/** What a request asks for. Of a body that a route streams only its length is known beforehand. */
const fingerprintOf = (request: Request): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        request.method,
        request.originalUrl,
        bodyIn(request),
        request.body === undefined ? (request.get('content-length') ?? null) : null,
      ]),
    )
    .digest('base64url');

const KEY_MISSING = problem(
  400,
  'idempotency-key-missing',
  'Send an Idempotency-Key, so that this can be repeated safely.',
);
const IN_FLIGHT = problem(
  409,
  'request-in-flight',
  'The first request with this Idempotency-Key is still being carried out.',
  { headers: { 'retry-after': '1' } },
);
const KEY_REUSED = problem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for another request.');

const replay = (request: Request, response: Response, reply: Reply): Promise<void> =>
  send(request, response, { ...reply, headers: { ...reply.headers, 'idempotent-replayed': 'true' } });

/**
 * Carries out a request once per user and Idempotency-Key: the same request again gets the first answer, status and
 * headers included; another one under the same key 422; one still being carried out 409. Stands behind authentication
 * and before the routes. Requests without a key, and reads, pass.
 */
export const idempotent = (
  store: IdempotencyStore,
  { logger, required = false }: IdempotentOptions,
): RequestHandler => {
  /** Once the route has answered, and not before: a client that hung up does not stop what it asked for. */
  const settle = (owner: KeyOwner, claimId: string, response: Response): void => {
    onReply(response, async (reply) => {
      const { status, headers = {}, body } = reply;
      await (
        isFinal(reply) ? store.complete(owner, claimId, { status, headers, body }) : store.release(owner, claimId)
      ).catch((error: unknown) => logger.warn('Idempotency-Key not settled; it lapses by itself', { error }));
    });
  };

  return async (request, response, next) => {
    const key = idempotencyKeyOf(request);
    if (SAFE.has(request.method) || (key === undefined && !required)) {
      next();
      return;
    }
    if (key === undefined) {
      await send(request, response, KEY_MISSING);
      return;
    }

    const owner = { actor: actorOf(request), key };
    const claim = await store.claim(owner, fingerprintOf(request));
    switch (claim.outcome) {
      case 'claimed':
        settle(owner, claim.claimId, response);
        next();
        return;
      case 'answered':
        await replay(request, response, claim.reply);
        return;
      case 'in-flight':
        await send(request, response, IN_FLIGHT);
        return;
      case 'other-request':
        await send(request, response, KEY_REUSED);
        return;
    }
  };
};
