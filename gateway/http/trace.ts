import { randomBytes } from 'node:crypto';

export type Trace = {
  readonly traceId: string;
  /** The gateway's own span, the parent of the upstream's span. */
  readonly spanId: string;
  readonly flags: string;
  /** Whether the client began the trace; then its `tracestate` belongs to it. */
  readonly continued: boolean;
};

/** Four fields; later versions may add more after a dash. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-[^,]*)?$/;

/** Version 00 has these four and nothing else. */
const LENGTH_OF_00 = 55;

const read = (traceparent: string): RegExpExecArray | null =>
  traceparent.length > LENGTH_OF_00 && traceparent.startsWith('00') ? null : TRACEPARENT.exec(traceparent);

/** Sampled, and a random trace id: the flags that are defined in the version that the gateway writes. */
const FLAGS_KNOWN = 0x03;

const knownOf = (flags: string): string => `0${Number.parseInt(flags, 16) & FLAGS_KNOWN}`;

/** Continues the client's W3C trace, or begins one. */
export const traceOf = (traceparent: string | undefined): Trace => {
  const received = traceparent === undefined ? null : read(traceparent);
  const spanId = randomBytes(8).toString('hex');
  return received?.[1] === undefined || received[2] === undefined
    ? { traceId: randomBytes(16).toString('hex'), spanId, flags: '01', continued: false }
    : { traceId: received[1], spanId, flags: knownOf(received[2]), continued: true };
};

/** The header that names `trace` to an upstream. */
export const traceparentOf = ({ traceId, spanId, flags }: Trace): string => `00-${traceId}-${spanId}-${flags}`;
