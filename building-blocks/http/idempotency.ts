import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '@lego-moc/logger/logger';
import { actorOf, idempotencyKeyOf, setCommandId } from './cause.ts';
import { RENEW_EVERY_MS, type Claim, type IdempotencyStore, type KeyOwner } from './idempotency-store.ts';
import { problem } from './problem.ts';
import { onReply, send, type Reply } from './respond.ts';

export type IdempotentOptions = {
  readonly logger: Logger;
  /**
   * How long a repeated request waits for the answer to the first one before it is refused: 3.2 s unless told otherwise.
   */
  readonly waitMs?: number;
  /** Refuses requests without a key with 400. */
  readonly isRequired?: boolean;
};

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Statuses that are not stored, because they are no outcome: a corrected or a later request under the same key is
 * carried out. 5xx is among them, since a command keeps its id and can be carried out again; so are answers that ask
 * for a retry.
 */
const RETRYABLE_STATUSES = new Set([400, 401, 413, 415, 425, 429]);
const isFinal = ({ status, stream, headers }: Reply): boolean =>
  stream === undefined && status < 500 && !RETRYABLE_STATUSES.has(status) && headers?.['retry-after'] === undefined;

const bodyIn = ({ body }: { readonly body?: unknown }): unknown =>
  Buffer.isBuffer(body) ? createHash('sha256').update(body).digest('base64url') : (body ?? null);

/** The fingerprint of a request. Of a body that a route streams only its length is known beforehand. */
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
const KEY_REUSE = problem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for another request.');

const replay = (request: Request, response: Response, reply: Reply): Promise<void> =>
  send(request, response, { ...reply, headers: { ...reply.headers, 'idempotent-replayed': 'true' } });

/** Longer than the claim of a dead holder lasts, shorter than a service takes to answer at the latest. */
const WAIT_MS = 3_200;
const POLL_MS = 100;

/** The first result of the store that is not `in-flight`; the last one after `waitMs`. */
const claimWithin = async (
  store: IdempotencyStore,
  owner: KeyOwner,
  fingerprint: string,
  waitMs: number,
): Promise<Claim> => {
  const until = performance.now() + waitMs;
  for (;;) {
    const claim = await store.claim(owner, fingerprint);
    if (claim.outcome !== 'in-flight' || performance.now() >= until) return claim;
    await sleep(POLL_MS);
  }
};

/** Longer than any request may take: a route that has not answered by then never will. */
const RENEWED_FOR_MS = 120_000;

/** Renews the claims in flight, so that those of a dead process lapse soon. Returns the function that adds one. */
const renewClaims = (store: IdempotencyStore, logger: Logger): ((claimId: string) => () => void) => {
  const inFlight = new Map<string, number>();
  const renew = (): void => {
    for (const [claimId, until] of inFlight) if (performance.now() > until) inFlight.delete(claimId);
    if (inFlight.size === 0) return;
    store
      .renew([...inFlight.keys()])
      .catch((error: unknown) => logger.warn('Claims of Idempotency-Keys were not renewed', { error }));
  };
  setInterval(renew, RENEW_EVERY_MS).unref();
  return (claimId) => {
    inFlight.set(claimId, performance.now() + RENEWED_FOR_MS);
    return () => void inFlight.delete(claimId);
  };
};

/**
 * Carries out a request once per user and Idempotency-Key: the same request again gets the first answer, status and
 * headers included; another one under the same key 422; one that is still in flight after a wait 409. Stands behind
 * authentication and before the routes. Requests without a key, and reads, pass.
 */
export const idempotent = (
  store: IdempotencyStore,
  { logger, isRequired = false, waitMs = WAIT_MS }: IdempotentOptions,
): RequestHandler => {
  const renewing = renewClaims(store, logger);

  /** Runs once the route has answered, and not before: a client that hung up does not stop its request. */
  const settle = (owner: KeyOwner, claimId: string, response: Response): void => {
    const endRenewal = renewing(claimId);
    onReply(response, async (reply) => {
      endRenewal();
      const { status, headers = {}, body } = reply;
      await (
        isFinal(reply) ? store.complete(owner, claimId, { status, headers, body }) : store.release(owner, claimId)
      ).catch((error: unknown) => logger.warn('Idempotency-Key not settled; it lapses by itself', { error }));
    });
  };

  return async (request, response, next) => {
    const key = idempotencyKeyOf(request);
    if (SAFE.has(request.method) || (key === undefined && !isRequired)) {
      next();
      return;
    }
    if (key === undefined) {
      await send(request, response, KEY_MISSING);
      return;
    }

    const owner = { actor: actorOf(request), key };
    const claim = await claimWithin(store, owner, fingerprintOf(request), waitMs);
    switch (claim.outcome) {
      case 'claimed':
        setCommandId(request, claim.commandId);
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
        await send(request, response, KEY_REUSE);
        return;
    }
  };
};
