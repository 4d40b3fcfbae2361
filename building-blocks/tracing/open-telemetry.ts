import { setTimeout as sleep } from 'node:timers/promises';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as OtelSpan,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '@lego-moc/logger/logger';
import platform from '../../package.json' with { type: 'json' };
import { boundedExports } from './bounded-exports.ts';
import type { TracingSettings } from './settings.ts';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';
import type { Span, SpanEnd, Tracer, Tracing } from './tracer.ts';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Spans are small: a few short values each. */
const LIMITS = { attributeCountLimit: 16, attributeValueLengthLimit: 256, eventCountLimit: 0, linkCountLimit: 0 };

/** What is unsent by then is lost: stopping must not wait for a collector. */
const CLOSE_MS = 2_000;

const rootSampler = ({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }: TracingSettings): Sampler => {
  if (OTEL_TRACES_SAMPLER === 'parentbased_always_off') return new AlwaysOffSampler();
  if (OTEL_TRACES_SAMPLER === 'parentbased_always_on') return new AlwaysOnSampler();
  return new TraceIdRatioBasedSampler(OTEL_TRACES_SAMPLER_ARG);
};

const exporterOf = ({ OTEL_TRACES_EXPORTER }: TracingSettings): SpanExporter =>
  OTEL_TRACES_EXPORTER === 'zipkin' ? new ZipkinExporter() : new OTLPTraceExporter();

const parentContext = (traceparent: string | undefined): Context => {
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
};

const headerOf = (span: OtelSpan): string => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return formatTraceparent({ traceId, spanId, flags: `0${traceFlags}` });
};

/** The name of an error, or the status of a request that failed. */
const nameOf = (failure: unknown): string => {
  if (failure instanceof Error) return failure.name;
  return typeof failure === 'number' ? String(failure) : typeof failure;
};

/** A span of the SDK behind the port. */
class RecordedSpan implements Span {
  readonly #span: OtelSpan;
  #header: string | undefined;

  constructor(span: OtelSpan) {
    this.#span = span;
  }

  get traceparent(): string {
    return (this.#header ??= headerOf(this.#span));
  }

  end({ name, attributes, failure }: SpanEnd = {}): void {
    if (name !== undefined) this.#span.updateName(name);
    if (attributes !== undefined) this.#span.setAttributes(attributes);
    if (failure !== undefined) {
      this.#span.setAttribute('error.type', nameOf(failure));
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

const tracerOn = (tracer: OtelTracer): Tracer => ({
  start: (name, { kind, parent, attributes = {} }) =>
    new RecordedSpan(tracer.startSpan(name, { kind: KINDS[kind], attributes }, parentContext(parent))),
});

/** The tracer that sends spans to the collector of `exporter`, the configured one unless it is given. */
export const openTelemetry = (
  service: string,
  settings: TracingSettings,
  logger: Logger,
  exporter: SpanExporter = exporterOf(settings),
): Tracing => {
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service, 'service.version': platform.version }))
      .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
    sampler: new ParentBasedSampler({ root: rootSampler(settings) }),
    spanLimits: LIMITS,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: boundedExports(exporter, logger),
        maxQueueSize: settings.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: settings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
        scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
        exportTimeoutMillis: settings.OTEL_BSP_EXPORT_TIMEOUT,
      }),
    ],
  });
  return {
    tracer: tracerOn(provider.getTracer('lego-moc')),
    close: async () => {
      await Promise.race([provider.shutdown().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
};
