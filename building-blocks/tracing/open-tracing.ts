import { createRequire } from 'node:module';
import type { Logger } from '@lego-moc/logger/logger';
import type { TracingSettings } from './settings.ts';
import { noTracing, type Tracing } from './tracer.ts';
import type * as OpenTelemetry from './open-telemetry.ts';

const NO_TRACING: Tracing = { tracer: noTracing, close: () => Promise.resolve() };

const require = createRequire(import.meta.url);

/** The tracer of a process. Loads OpenTelemetry, which takes time and memory, only where an exporter is named. */
export const openTracing = (service: string, settings: TracingSettings, logger: Logger): Tracing => {
  if (settings.OTEL_TRACES_EXPORTER === 'none' || settings.OTEL_SDK_DISABLED === 'true') return NO_TRACING;
  const { openTelemetry } = require('./open-telemetry.ts') as typeof OpenTelemetry;
  return openTelemetry(service, settings, logger);
};
