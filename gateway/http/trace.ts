import { randomBytes } from 'node:crypto';
import { parseTraceparent, type TraceContext } from '@lego-moc/http/traceparent';

/** `spanId` is the gateway's own span, the parent of the upstream's span. */
export type Trace = TraceContext & {
  /** Whether the client began the trace; then its `tracestate` belongs to it. */
  readonly isContinued: boolean;
};

/** Continues the client's W3C trace, or begins one. */
export const traceOf = (traceparent: string | undefined): Trace => {
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const spanId = randomBytes(8).toString('hex');
  return parent === undefined
    ? { traceId: randomBytes(16).toString('hex'), spanId, flags: '01', isContinued: false }
    : { traceId: parent.traceId, spanId, flags: parent.flags, isContinued: true };
};
