import { continueTrace, type Span, type Tracer } from '@lego-moc/tracing/tracer';
import { inTrace, type DeliveredEvent } from './delivered-event.ts';

/** Whoever reads history would otherwise add steps to traces that ended long ago. */
const TRACED_WITHIN_MS = 3_600_000;

/** The trace that an event belongs to, while it is recent. */
export const recentTraceOf = ({
  recordedAt,
  cause,
}: Pick<DeliveredEvent, 'recordedAt' | 'cause'>): string | undefined =>
  Date.now() - Date.parse(recordedAt) < TRACED_WITHIN_MS ? cause.traceparent : undefined;

/** Begins the handling of an event by `group` as a step of the event's trace; what the handler does continues it. */
export const continueEvent = (
  tracer: Tracer,
  group: string,
  event: DeliveredEvent,
): { readonly event: DeliveredEvent; readonly span: Span } => {
  const { cause, type } = event;
  const attributes = { 'event.type': type };
  const span = continueTrace(tracer, `handle ${group}`, { kind: 'consumer', parent: recentTraceOf(event), attributes });
  const newCause = inTrace(cause, span.traceparent);
  return { event: newCause === cause ? event : { ...event, cause: newCause }, span };
};
