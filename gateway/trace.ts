import { randomHex } from '@lego-moc/kernel/random-hex';

export type Trace = {
  readonly traceId: string;
  /** The gateway's own span, the parent of what happens upstream. */
  readonly spanId: string;
  readonly flags: string;
  /** Whether the client began the trace; then its `tracestate` belongs to it. */
  readonly continued: boolean;
};

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})/;

/** Continues the client's W3C trace, or begins one. */
export const traceOf = (traceparent: string | undefined): Trace => {
  const given = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  const spanId = randomHex(16);
  return given?.[1] === undefined
    ? { traceId: randomHex(32), spanId, flags: '01', continued: false }
    : { traceId: given[1], spanId, flags: given[2] ?? '00', continued: true };
};

/** The header that names `trace` to an upstream. */
export const traceparentOf = ({ traceId, spanId, flags }: Trace): string => `00-${traceId}-${spanId}-${flags}`;
