import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/**
 * The standard variables of OpenTelemetry that are read here. The address of a collector and what else concerns the way
 * to it (`OTEL_EXPORTER_…`) are read by the exporters themselves.
 */
export const tracingSettings = {
  /** `none` unless set, unlike in the standard: a platform on one machine has no collector. */
  OTEL_TRACES_EXPORTER: z.enum(['none', 'otlp', 'zipkin']).default('none'),
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
  OTEL_TRACES_SAMPLER: z
    .enum(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_BSP_MAX_QUEUE_SIZE: count(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: count(512),
  OTEL_BSP_SCHEDULE_DELAY: count(5_000),
  OTEL_BSP_EXPORT_TIMEOUT: count(10_000),
};

export type TracingSettings = z.output<z.ZodObject<typeof tracingSettings>>;
