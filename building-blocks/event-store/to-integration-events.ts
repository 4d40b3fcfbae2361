import { jsonEvent, type EventData } from '@eventstore/db-client';
import { derivedId } from '@lego-moc/kernel/ids';
import { continueTrace, noTracing, type Span, type Tracer } from '@lego-moc/tracing/tracer';
import { recentTraceOf } from './continue-event.ts';
import { inTrace, toMetadata, type DeliveredEvent } from './delivered-event.ts';
import type { JsonObject } from '@lego-moc/kernel/message';
import type { Announcement, IntegrationEvent } from './integration-events.ts';
import { originMetadata, type LogPlace, type Origin } from './publication-log.ts';

/** An integration event that is not on its stream yet. */
export type PendingEvent = {
  readonly event: EventData & { readonly id: string };
  readonly bytes: number;
  readonly origin: Origin | undefined;
  /** Ends when it is on its stream. */
  readonly span: Span;
};

/** The store refuses appends above 1 MiB. */
const MAX_EVENT_BYTES = 1_000_000;

const toEnvelope = (
  source: string,
  { eventId, recordedAt, cause }: DeliveredEvent,
  { eventType, subject, revision, payload }: Announcement,
  index: number,
): IntegrationEvent => ({
  eventType,
  eventId: derivedId(eventId, String(index)),
  timestamp: recordedAt,
  correlationId: cause.correlationId,
  source,
  subject,
  revision,
  payload,
});

/**
 * The stored form of the announcements of one private event: ids derived from it, and in the metadata its id as cause
 * and its place in the log. Throws `RangeError` on an announcement that is larger than the store accepts.
 */
export const toIntegrationEvents = (
  context: string,
  event: DeliveredEvent,
  announcements: readonly Announcement[],
  tracer: Tracer = noTracing,
): readonly PendingEvent[] => {
  const { eventId, position, cause } = event;
  return announcements.map((announcement, index) => {
    const data = toEnvelope(context, event, announcement, index);
    const bytes = Buffer.byteLength(JSON.stringify(data));
    if (bytes > MAX_EVENT_BYTES) throw new RangeError(`${data.eventType} has ${bytes} bytes, too many for one append`);
    const span = continueTrace(tracer, `publish ${data.eventType}`, {
      kind: 'producer',
      parent: recentTraceOf(event),
    });
    const publishing = { ...inTrace(cause, span.traceparent), commandId: eventId, causedBy: eventId, actor: context };
    const origin = { eventId, position, index, count: announcements.length };
    const metadata = { ...toMetadata(publishing), ...originMetadata(origin) };
    return { event: jsonEvent({ id: data.eventId, type: data.eventType, data, metadata }), bytes, origin, span };
  });
};

const replaceOrigin = ({ event, bytes, span }: PendingEvent, origin: Origin | undefined): PendingEvent => {
  const metadata = { ...(event.metadata as JsonObject), ...originMetadata(origin) };
  return { event: { ...event, metadata }, bytes, origin, span };
};

/** An event after which publishing cannot go on by its metadata alone. */
export const withoutOrigin = (pending: PendingEvent): PendingEvent => replaceOrigin(pending, undefined);

/** An event after which publishing goes on behind `place`. */
export const withOrigin = (pending: PendingEvent, { eventId, position }: LogPlace): PendingEvent =>
  replaceOrigin(pending, { eventId, position, index: 0, count: 1 });
