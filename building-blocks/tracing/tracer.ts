/** Values that describe a span: short, and never personal data or secrets. */
export type Attributes = Readonly<Record<string, string | number>>;

/** How a span ended. */
export type SpanEnd = {
  /** A better name than the one that it began with: the route of a request is known late. */
  readonly name?: string;
  readonly attributes?: Attributes;
  /** What went wrong: an error, of which only the name is kept since its message may hold data of users, or a status. */
  readonly failure?: unknown;
};

/** One step of a trace, from its start to `end`. */
export interface Span {
  /** The W3C header that continues it; `undefined` where nothing is traced. */
  readonly traceparent: string | undefined;
  end(how?: SpanEnd): void;
}

export type SpanStart = {
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** The W3C header of what led to it; without one a trace begins here. */
  readonly parent: string | undefined;
  readonly attributes?: Attributes;
};

/** Records the steps of a request through all services. Costs next to nothing while no exporter is configured. */
export interface Tracer {
  start(name: string, start: SpanStart): Span;
}

/** The tracer of a process. */
export type Tracing = {
  readonly tracer: Tracer;
  /** Sends what is left, for two seconds at most. */
  readonly close: () => Promise<void>;
};

const NO_SPAN: Span = { traceparent: undefined, end: () => undefined };

/** Records nothing. */
export const noTracing: Tracer = { start: () => NO_SPAN };

/** A step of the trace of `parent`; records nothing where there is none, since only requests begin a trace. */
export const continueTrace = (tracer: Tracer, name: string, start: SpanStart): Span =>
  start.parent === undefined ? NO_SPAN : tracer.start(name, start);

/** Does `work` as a step of the trace of `parent`, and hands it the header that continues the step. */
export const traceStep = async <T>(
  tracer: Tracer,
  name: string,
  start: SpanStart,
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> => {
  const span = continueTrace(tracer, name, start);
  try {
    const result = await work(span.traceparent ?? start.parent);
    span.end();
    return result;
  } catch (error) {
    span.end({ failure: error });
    throw error;
  }
};
