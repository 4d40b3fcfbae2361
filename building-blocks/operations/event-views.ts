import type { Visibility } from '@lego-moc/event-codec/codec';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import type { EventSummary, ShownEvent } from './contracts/events.ts';
import { maskData } from './masking.ts';

/** An event without what it says. */
export const toSummary = ({ eventId, type, stream, revision, recordedAt, cause }: DeliveredEvent): EventSummary => ({
  ...{ eventId, type, stream, recordedAt },
  revision: String(revision),
  correlationId: cause.correlationId,
  commandId: cause.commandId,
  causedBy: cause.causedBy ?? null,
  actor: cause.actor,
  traceparent: cause.traceparent ?? null,
});

/** An event with what may be shown of it. */
export const toShown = (event: DeliveredEvent, visibility: Visibility): ShownEvent => ({
  ...toSummary(event),
  data: maskData(event.data, visibility),
});
