import { Metadata, status } from '@grpc/grpc-js';

/** The status of a failed call. End streaming calls with `call.emit('error', failure)`, unary ones with `callback(failure)`. */
export type RpcFailure = { readonly code: status; readonly details: string; readonly metadata: Metadata };

type Trailers = Readonly<Record<string, string>>;

/** Trailers are ASCII on the wire: anything else travels percent-encoded rather than failing the reply. */
const ascii = (text: string): string => text.replace(/[^ -~]+/gu, encodeURIComponent);

const failure = (code: status, details: string, trailers: Trailers = {}): RpcFailure => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, ascii(value));
  return { code, details: ascii(details), metadata };
};

const exception = (code: status, name: string, details: string, trailers: Trailers = {}): RpcFailure =>
  failure(code, details, { exception: name, ...trailers });

export const streamNotFound = (stream: string): RpcFailure =>
  exception(status.NOT_FOUND, 'stream-not-found', `Event stream '${stream}' is not found.`, { 'stream-name': stream });

export const streamDeleted = (stream: string): RpcFailure =>
  exception(status.FAILED_PRECONDITION, 'stream-deleted', `Event stream '${stream}' is deleted.`, {
    'stream-name': stream,
  });

export const accessDenied = (): RpcFailure => exception(status.PERMISSION_DENIED, 'access-denied', 'Access Denied');

/** Delete and Tombstone only: a wrong expectation of an append is part of its response. */
export const wrongExpectedVersion = (stream: string, expected: bigint, actual: bigint | undefined): RpcFailure =>
  exception(
    status.FAILED_PRECONDITION,
    'wrong-expected-version',
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected.toString()}, Actual version: ${(actual ?? -1n).toString()}`,
    {
      'stream-name': stream,
      'expected-version': expected.toString(),
      'actual-version': (actual ?? -1n).toString(),
    },
  );

export const maximumAppendSizeExceeded = (maxBytes: number): RpcFailure =>
  exception(status.INVALID_ARGUMENT, 'maximum-append-size-exceeded', `Maximum Append Size of ${maxBytes} Exceeded.`, {
    'maximum-append-size': maxBytes.toString(),
  });

export const missingRequiredMetadata = (): RpcFailure =>
  exception(
    status.INVALID_ARGUMENT,
    'missing-required-metadata-property',
    'Required Metadata Property is missing: type, content-type',
    { 'required-metadata-properties': 'type,content-type' },
  );

const ofGroup = (stream: string, group: string): Trailers => ({ 'stream-name': stream, 'group-name': group });

export const persistentSubscriptionFailed = (stream: string, group: string, reason: string): RpcFailure =>
  exception(
    status.INTERNAL,
    'persistent-subscription-failed',
    `Subscription group ${group} on stream ${stream} failed: '${reason}'`,
    { ...ofGroup(stream, group), reason },
  );

export const persistentSubscriptionDoesNotExist = (stream: string, group: string): RpcFailure =>
  exception(
    status.NOT_FOUND,
    'persistent-subscription-does-not-exist',
    `Subscription group ${group} on stream ${stream} does not exist.`,
    ofGroup(stream, group),
  );

export const persistentSubscriptionExists = (stream: string, group: string): RpcFailure =>
  exception(
    status.ALREADY_EXISTS,
    'persistent-subscription-exists',
    `Subscription group ${group} on stream ${stream} exists.`,
    ofGroup(stream, group),
  );

export const persistentSubscriptionDropped = (stream: string, group: string): RpcFailure =>
  exception(
    status.CANCELLED,
    'persistent-subscription-dropped',
    `Subscription group ${group} on stream ${stream} was dropped.`,
    ofGroup(stream, group),
  );

export const maximumSubscribersReached = (stream: string, group: string): RpcFailure =>
  exception(
    status.FAILED_PRECONDITION,
    'maximum-subscribers-reached',
    `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
    ofGroup(stream, group),
  );

export const commitTimeout = (): RpcFailure => failure(status.ABORTED, 'Operation timed out: Commit phase timeout');
/** EventStoreDB's error for a request on which its handler threw. */
export const handlerFailed = (): RpcFailure => failure(status.UNKNOWN, 'Exception was thrown by handler.');
export const invalidArgument = (why: string): RpcFailure => failure(status.INVALID_ARGUMENT, why);
export const unauthenticatedCall = (): RpcFailure => failure(status.UNAUTHENTICATED, 'Unauthenticated');
export const unavailable = (why: string): RpcFailure => failure(status.UNAVAILABLE, why);
export const cancelledCall = (): RpcFailure => failure(status.CANCELLED, 'Cancelled');
export const EVICTION_MESSAGE = 'Too many appends have begun and not ended: send the whole append again';
export const unfinishedAppendEvicted = (): RpcFailure => resourceExhausted(EVICTION_MESSAGE);
export const resourceExhausted = (why: string): RpcFailure => failure(status.RESOURCE_EXHAUSTED, why);
export const deadlineExceeded = (): RpcFailure => failure(status.DEADLINE_EXCEEDED, 'Deadline exceeded');
export const dataLoss = (why: string): RpcFailure => failure(status.DATA_LOSS, why);
export const internal = (why: string): RpcFailure => failure(status.INTERNAL, why);

/** As 23.10 says it; later releases answer NOT_FOUND. */
export const projectionUnknown = (name: string): RpcFailure =>
  failure(status.UNKNOWN, `Projection '${name}' is not found.`);

export const userProjectionsUnsupported = (): RpcFailure =>
  failure(
    status.UNIMPLEMENTED,
    'This node runs the system projections only. Projections that users write, and resetting, need an EventStoreDB.',
  );
