import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import type { Cause } from '@lego-moc/kernel/event-streams';
import type { Instant } from '@lego-moc/kernel/message';

/**
 * Where events come from: one stream, every stream whose name begins with one of the prefixes, or every stream but
 * only events of these types, by their stored names.
 */
export type Source =
  | { readonly stream: string }
  | { readonly streamPrefixes: readonly string[] }
  | { readonly eventTypes: readonly string[] };

/** An event as a subscription hands it over: not yet decoded, and perhaps not for the first time. */
export type Delivered = {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in the whole log: grows, without being dense. */
  readonly position: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly data: unknown;
  readonly recordedAt: Instant;
  readonly cause: Cause;
  /** How often the store has offered it to this group before. */
  readonly retryCount: number;
  /**
   * Certainly offered to this group for the first time: recorded since this process connected to it, and never offered
   * again. Not said of anything else.
   */
  readonly fresh?: boolean;
};

/** The id part of `<category>-<id>`. */
export const idIn = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

const textOf = (metadata: object, key: string): string | undefined => {
  const value = (metadata as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
};

/** The cause in an event's metadata; an event written by others is its own cause. */
export const causeFrom = (eventId: string, metadata: unknown): Cause => {
  const found = typeof metadata === 'object' && metadata !== null ? metadata : {};
  const traceparent = textOf(found, 'traceparent');
  return {
    commandId: textOf(found, '$causationId') ?? eventId,
    correlationId: textOf(found, '$correlationId') ?? eventId,
    actor: textOf(found, 'actor') ?? 'unknown',
    ...(traceparent === undefined ? {} : { traceparent }),
  };
};

const utf8 = new TextEncoder();

/**
 * The metadata that `causeFrom` reads: JSON, as the bytes that are stored. What the client writes as JSON itself goes by
 * way of base64 and is taken apart again, twice.
 */
export const metadataFrom = ({ commandId, correlationId, actor, traceparent }: Cause): Uint8Array =>
  utf8.encode(
    JSON.stringify({
      $causationId: commandId,
      $correlationId: correlationId,
      actor,
      ...(traceparent === undefined ? {} : { traceparent }),
    }),
  );

/** An event of the client as the application sees it. */
export const deliveredFrom = (
  event: RecordedEvent | AllStreamRecordedEvent,
  commitPosition: bigint | undefined,
  retryCount = 0,
): Delivered => ({
  stream: event.streamId,
  revision: event.revision,
  position: event.position?.commit ?? commitPosition ?? -1n,
  eventId: event.id,
  type: event.type,
  data: event.data,
  recordedAt: event.created.toISOString() as Instant,
  cause: causeFrom(event.id, event.metadata),
  retryCount,
});
