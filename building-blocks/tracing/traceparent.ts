/** A W3C trace context as its `traceparent` header has it. */
export type TraceContext = {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: string;
};

/** Four fields; later versions may add more after a dash. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-[^,]*)?$/;

/** Version 00 has these four and nothing else. */
const LENGTH_OF_00 = 55;

/** Sampled, and a random trace id: the flags that version 00 defines. */
const FLAGS_KNOWN = 0x03;

const knownOf = (flags: string): string => `0${Number.parseInt(flags, 16) & FLAGS_KNOWN}`;

/** Reads a header of any version, as far as version 00 knows it; `undefined` when it is none. */
export const parseTraceparent = (header: string): TraceContext | undefined => {
  if (header.length > LENGTH_OF_00 && header.startsWith('00')) return undefined;
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: knownOf(flags) };
};

/** The header of version 00. */
export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags}`;
