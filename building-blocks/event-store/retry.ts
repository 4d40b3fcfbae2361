import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelayMs } from '@lego-moc/application/back-off';
import type { EventStoreClient } from './connect.ts';
import { EventStoreDisposed, EventStoreUnavailable, isConnectionError } from './unavailable.ts';

/** How often a call is repeated, and how long each attempt and all of them may take. */
export type RetryPolicy = {
  readonly pausesMs: readonly number[];
  readonly attemptMs: number;
  readonly totalMs: number;
};

/**
 * An append whose answer is lost with the connection never settles in the client, so every attempt is limited; and the
 * whole stays below the 3.5 s within which a service answers.
 */
export const RETRY_POLICY: RetryPolicy = { pausesMs: [50, 150, 400, 900], attemptMs: 2_000, totalMs: 3_300 };

const withTimeout = <T>(work: Promise<T>, ms: number, onTimeout: () => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      onTimeout();
      reject(new EventStoreUnavailable(new Error(`No answer within ${Math.round(ms)} ms`)));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(deadline));
  });

/** Whether a call was lost on its way or stayed unanswered, and its client is still there. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof EventStoreUnavailable ? !(error instanceof EventStoreDisposed) : isConnectionError(error);

/** The part of a client that a retry needs: a connection that does not answer is replaced. */
export type Reconnectable = Pick<EventStoreClient, 'connection' | 'replaceConnection'>;

/**
 * Repeats a call to the store a few times while it gets lost on the way; `call` must be idempotent. A connection on
 * which an attempt stays unanswered is replaced, since its node may be frozen. Throws `EventStoreUnavailable` when the
 * last attempt is lost too, and any error that is an answer of the store as it is.
 */
export const retryUnavailable = async <T>(
  client: Reconnectable,
  call: () => Promise<T>,
  { pausesMs, attemptMs, totalMs }: RetryPolicy = RETRY_POLICY,
): Promise<T> => {
  const until = performance.now() + totalMs;
  for (let attempt = 1; ; attempt += 1) {
    const connection = client.connection();
    const limitMs = Math.min(attemptMs, until - performance.now());
    // A last attempt that was cut short says nothing about the node.
    const onTimeout = (): void => {
      if (limitMs === attemptMs) client.replaceConnection(connection);
    };
    try {
      return await withTimeout(call(), limitMs, onTimeout);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const pause = retryDelayMs(pausesMs, attempt - 1);
      if (pause === undefined || performance.now() + pause >= until)
        throw error instanceof EventStoreUnavailable ? error : new EventStoreUnavailable(error);
      await sleep(pause);
    }
  }
};
