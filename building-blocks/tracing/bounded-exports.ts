import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '@lego-moc/logger/logger';

/** One under way, and as many as a full queue fills when the process stops. */
const EXPORTS_MAX = 5;

/**
 * Few exports at a time, so that a collector that accepts connections and never answers holds a few batches and no
 * more; what comes meanwhile is dropped. The log says once that spans are dropped, and once that they are taken again.
 */
export const boundedExports = (exporter: SpanExporter, logger: Pick<Logger, 'info' | 'warn'>): SpanExporter => {
  let exporting = 0;
  let isFailing = false;

  const report = ({ code, error }: ExportResult): void => {
    const isFailure = code === ExportResultCode.FAILED;
    if (isFailure === isFailing) return;
    isFailing = isFailure;
    if (isFailure) logger.warn('Traces are dropped: their collector does not take them', { error });
    else logger.info('Traces are taken again');
  };

  return {
    export: (spans, resultCallback) => {
      const finish = (result: ExportResult): void => {
        report(result);
        resultCallback(result);
      };
      if (exporting >= EXPORTS_MAX) {
        finish({ code: ExportResultCode.FAILED, error: new Error('The collector has not answered yet') });
        return;
      }
      exporting += 1;
      exporter.export(spans, (result) => {
        exporting -= 1;
        finish(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
};
