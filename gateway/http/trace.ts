import { randomBytes } from 'node:crypto';
import { formatTraceparent, parseTraceparent, type TraceContext } from '@lego-moc/tracing/traceparent';
import type { Span, Tracer } from '@lego-moc/tracing/tracer';

/** `spanId` is the gateway's own span, the parent of the upstream's span. */
export type Trace = TraceContext & {
  /** Whether the client began the trace; then its `tracestate` belongs to it. */
  readonly isContinued: boolean;
  readonly span: Span;
};

/** The gateway's own span where nobody records it. */
const newContext = (parent: TraceContext | undefined): TraceContext => ({
  traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  flags: parent?.flags ?? '01',
});

/** Continues the client's W3C trace, or begins one. */
export const traceOf = (tracer: Tracer, method: string, traceparent: string | undefined): Trace => {
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const parentHeader = parent === undefined ? undefined : formatTraceparent(parent);
  const span = tracer.start(method, { kind: 'server', parent: parentHeader });
  const ownContext = span.traceparent === undefined ? undefined : parseTraceparent(span.traceparent);
  return { ...(ownContext ?? newContext(parent)), isContinued: parent !== undefined, span };
};
