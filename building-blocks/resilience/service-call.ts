import type { Readable } from 'node:stream';
import type { UserId } from '@lego-moc/kernel/message';

/** The user and the request in whose context a call is made. */
export type CallContext = {
  readonly correlationId: string;
  /** Of the current work unless it is given. */
  readonly traceparent?: string | undefined;
  /** Id of the event that the call is a reaction to; the called service hears of it in the caller's signature. */
  readonly causedBy?: string | undefined;
  readonly user?:
    { readonly id: UserId; readonly email?: string | undefined; readonly roles: readonly string[] } | undefined;
};

export type Call = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A streamed body; 30 s without progress end it. Never retried: a stream is read once. */
  readonly body?: Readable | Uint8Array;
  /**
   * Whether a repetition is harmless. GET, HEAD, PUT and DELETE are idempotent; so is any request with an
   * Idempotency-Key.
   */
  readonly idempotent?: boolean;
  /** At most three, which take 0.7 s when the service is down: fewer for an answer that a user would rather do without. */
  readonly retriesMax?: 0 | 1 | 2;
  readonly context: CallContext;
  readonly signal?: AbortSignal;
};

export type CallReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` for an empty body, a string for other text. */
  readonly body: unknown;
};

export type StreamReply = Omit<CallReply, 'body'> & { readonly body: Readable };

/** The called service could not be reached, did not answer in time, or is known to be down. */
export class ServiceUnavailable extends Error {
  readonly service: string;

  constructor(service: string, cause: unknown) {
    super(`${service} is not available`, { cause });
    this.name = 'ServiceUnavailable';
    this.service = service;
  }
}

/** The called service answered 502, 503 or 504. */
export class UnavailableStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`answered ${status}`);
    this.status = status;
    this.name = 'UnavailableStatus';
  }
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** Whether the call may be made twice. */
export const isRepeatable = ({ method, headers = {}, body, idempotent }: Call): boolean =>
  body === undefined && (idempotent ?? (IDEMPOTENT.has(method) || 'idempotency-key' in headers));
