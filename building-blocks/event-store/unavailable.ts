import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';

/** The event store could not be reached in time. Of an append the outcome is unknown; repeating it is harmless. */
export class EventStoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('The event store is not available', { cause });
    this.name = 'EventStoreUnavailable';
  }
}

/** The client was disposed of while the call was under way; a retry would connect again. */
export class EventStoreDisposed extends EventStoreUnavailable {
  constructor() {
    super(new Error('The client was disposed of'));
  }
}

/** Answers of the store, which a retry would not change. All other errors may be a lost connection. */
const FINAL_ERRORS = [
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
] as const;

/** gRPC statuses of a call that did not get through: cancelled, unknown, deadline, aborted, internal, unavailable. */
const CONNECTION_ERROR_CODES = new Set([1, 2, 4, 10, 13, 14]);

const CONNECTION_ERROR_TYPES = new Set([
  'unavailable',
  'cancelled',
  'deadline-exceeded',
  'timeout',
  'not-leader',
  'unknown',
]);

/**
 * Whether a call to the store failed on its way, so that its outcome is unknown. The client converts most gRPC errors
 * but not those of its feature probe, which come with a bare `code`, nor those of discovery, which are plain text.
 */
export const isConnectionError = (error: unknown): boolean => {
  if (!(error instanceof Error) || FINAL_ERRORS.some((answer) => error instanceof answer)) return false;
  const { type, code } = error as { type?: unknown; code?: unknown };
  if (typeof type === 'string' && CONNECTION_ERROR_TYPES.has(type)) return true;
  if (typeof code === 'number' && CONNECTION_ERROR_CODES.has(code)) return true;
  return error.message.startsWith('Failed to discover') || error.message.includes('write after end');
};
