import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import type { Cause } from '@lego-moc/application/event-streams';
import type { Instant, JsonObject } from '@lego-moc/kernel/message';

/**
 * The source of events: one stream, every stream whose name begins with one of the prefixes, every stream but only
 * events of these types, by their stored names, or every stream but those of the store itself.
 */
export type Source =
  | { readonly stream: string }
  | { readonly streams: 'all' }
  | { readonly streamPrefixes: readonly string[] }
  | { readonly eventTypes: readonly string[] };

/** An event as a subscription delivers it: not yet decoded, and possibly delivered before. */
export type DeliveredEvent = {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in the whole log: grows, without being dense. */
  readonly position: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly data: unknown;
  readonly recordedAt: Instant;
  readonly cause: Cause;
  /** How often the store has delivered it to this group before. */
  readonly retryCount: number;
};

/** The id part of `<category>-<id>`. */
export const entityId = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

const textField = (metadata: object, key: string): string | undefined => {
  const value = (metadata as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
};

/** The cause in an event's metadata; an event written by others is its own cause. */
export const parseCause = (eventId: string, metadata: unknown): Cause => {
  const fields = typeof metadata === 'object' && metadata !== null ? metadata : {};
  const traceparent = textField(fields, 'traceparent');
  const causedBy = textField(fields, 'causedBy');
  return {
    commandId: textField(fields, '$causationId') ?? eventId,
    correlationId: textField(fields, '$correlationId') ?? eventId,
    actor: textField(fields, 'actor') ?? 'unknown',
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(causedBy === undefined ? {} : { causedBy }),
  };
};

/** The cause of what is done in reaction to an event, in the correlation and trace that the event belongs to. */
export const reactionTo = (
  { eventId, cause }: Pick<DeliveredEvent, 'eventId' | 'cause'>,
  reaction: Pick<Cause, 'commandId'> & Partial<Pick<Cause, 'actor'>>,
): Cause => ({ ...cause, ...reaction, causedBy: eventId });

/** The cause as a part of the step that `traceparent` continues. */
export const inTrace = (cause: Cause, traceparent: string | undefined): Cause =>
  traceparent === undefined || traceparent === cause.traceparent ? cause : { ...cause, traceparent };

/** The event metadata that `parseCause` reads. */
export const toMetadata = ({ commandId, correlationId, actor, traceparent, causedBy }: Cause): JsonObject => ({
  $causationId: commandId,
  $correlationId: correlationId,
  actor,
  traceparent,
  causedBy,
});

/** The last delivery of a subscription to a tombstoned stream: a revision of 2^63 - 1 and no data. */
export const isStreamDeletedMarker = ({ type }: { readonly type: string }): boolean => type === '$streamDeleted';

/** The time of the event: the store's, or, in a copy of another store, the original time in its metadata. */
const recordedAtOf = ({ created, metadata }: RecordedEvent | AllStreamRecordedEvent): Instant => {
  const original = typeof metadata === 'object' ? textField(metadata, 'recordedAt') : undefined;
  return (original ?? created.toISOString()) as Instant;
};

/** An event of the client as the application sees it. */
export const toDeliveredEvent = (
  event: RecordedEvent | AllStreamRecordedEvent,
  commitPosition: bigint | undefined,
  retryCount = 0,
): DeliveredEvent => ({
  stream: event.streamId,
  revision: event.revision,
  position: event.position?.commit ?? commitPosition ?? -1n,
  eventId: event.id,
  type: event.type,
  data: event.data,
  recordedAt: recordedAtOf(event),
  cause: parseCause(event.id, event.metadata),
  retryCount,
});
