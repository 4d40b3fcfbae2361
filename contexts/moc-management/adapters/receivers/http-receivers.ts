import type { LookupFunction } from 'node:net';
import { Client, errors } from 'undici';
import type { Answer, Receivers } from '../../application/ports/receivers.ts';
import { AddressesBusy, destinationName, lookupWithSlots } from './address-slots.ts';
import { LookupRefused } from './checked-lookup.ts';
import { hostOf } from './url-refusal.ts';

const ANSWER_WITHIN_MS = 10_000;
const CONNECT_WITHIN_MS = 5_000;
const HEADER_BYTES_MAX = 16 * 1024;

type Failure = Pick<Answer, 'failure'> & { readonly status: null };

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Short names, since messages of errors may name addresses inside the network. */
const failureOf = (error: unknown): Failure => {
  const name = (failure: string): Failure => ({ status: null, failure });
  if (error instanceof LookupRefused) return name(error.code);
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  if (isTimeout || error instanceof errors.ConnectTimeoutError || error instanceof errors.HeadersTimeoutError)
    return name('timeout');
  return name(TLS_CODE.test(codeOf(error)) ? 'tls-failed' : 'connection-failed');
};

const SECONDS = /^\d{1,9}$/;

/** The milliseconds that `Retry-After` asks for, in seconds or as a date; null for none, or one that has passed. */
export const retryAfterMs = (value: unknown, nowMs: number): number | null => {
  if (typeof value !== 'string') return null;
  const ms = SECONDS.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
};

const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

type Options = {
  /** Why a message must not go to a URL, as far as the URL says. */
  readonly urlRefusal: (url: string) => string | undefined;
  /** Refuses hosts by what they resolve to. It is not asked about addresses. */
  readonly lookup: LookupFunction;
  readonly nowMs: () => number;
  /** From the lookup of the host to the headers of the answer: ten seconds, unless told otherwise. */
  readonly answerWithinMs?: number;
};

/**
 * Receivers on the internet, each behind a connection of its own that goes to addresses that were checked: not inside the
 * network, whatever a host name resolves to. Redirects are answers like others; no body is read.
 */
export const httpReceivers = ({ urlRefusal, lookup, nowMs, answerWithinMs = ANSWER_WITHIN_MS }: Options): Receivers => {
  const send = async (
    url: URL,
    { headers, body }: Parameters<Receivers['post']>[1],
    { signal, takeSlot }: Parameters<Receivers['post']>[2],
  ) => {
    const addresses = lookupWithSlots(lookup, takeSlot);
    const client = new Client(url.origin, {
      connect: { timeout: CONNECT_WITHIN_MS, lookup: addresses.lookup },
      headersTimeout: answerWithinMs,
      maxHeaderSize: HEADER_BYTES_MAX,
      // One connection for one message: a host name is looked up and checked each time.
      pipelining: 0,
    });
    const path = url.pathname + url.search;
    const exchange = client.request({ method: 'POST', path, headers, body });
    exchange.catch(() => undefined); // when the time is over first
    try {
      const { statusCode, headers: answer, body: answerBody } = await Promise.race([exchange, rejectOnAbort(signal)]);
      answerBody.on('error', () => undefined).destroy();
      return { status: statusCode, failure: null, retryAfterMs: retryAfterMs(answer['retry-after'], nowMs()) };
    } finally {
      // Ends the connection, whatever it is at. Not waited for: the turn is over.
      void client.destroy().catch(() => undefined);
      addresses.leave();
    }
  };

  return {
    destinationOf: (url) => destinationName(hostOf(new URL(url))),

    post: async (url, message, { signal, takeSlot }) => {
      const begunAt = performance.now();
      const withDuration = (answer: Omit<Answer, 'durationMs'>): Answer => ({
        ...answer,
        durationMs: Math.round(performance.now() - begunAt),
      });
      // Also of a URL that was accepted by other rules; `lookup` is not asked about addresses.
      if (urlRefusal(url) !== undefined)
        return withDuration({ status: null, failure: 'address-refused', retryAfterMs: null });
      const controller = new AbortController();
      const abort = (): void => controller.abort(signal.reason);
      const timer = setTimeout(() => controller.abort(new DOMException('No answer', 'TimeoutError')), answerWithinMs);
      signal.addEventListener('abort', abort, { once: true });
      try {
        return withDuration(await send(new URL(url), message, { signal: controller.signal, takeSlot }));
      } catch (error) {
        if (signal.aborted) throw error;
        if (error instanceof AddressesBusy) return { busy: error.destination };
        return withDuration({ ...failureOf(error), retryAfterMs: null });
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      }
    },
  };
};
