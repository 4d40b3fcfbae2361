import { expect } from 'chai';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { silentLogger } from '@lego-moc/logger/logger';
import { z } from 'zod';
import { openTelemetry } from './open-telemetry.ts';
import { openTracing } from './open-tracing.ts';
import { tracingSettings } from './settings.ts';
import { noTracing, traceStep, type Tracer } from './tracer.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED_PARENT = `${PARENT.slice(0, -1)}0`;

const settingsWith = (env: NodeJS.ProcessEnv = {}) => z.object(tracingSettings).parse(env);

describe('tracing', () => {
  /** The spans that `work` leads to, and the tracer's configuration by its standard variables. */
  const spansOf = async (work: (tracer: Tracer) => unknown, env: NodeJS.ProcessEnv = {}): Promise<ReadableSpan[]> => {
    const finishedSpans: ReadableSpan[] = [];
    const exporter = new InMemorySpanExporter();
    const keeping: SpanExporter = {
      export: (spans, callback) => {
        finishedSpans.push(...spans);
        exporter.export(spans, callback);
      },
      shutdown: () => exporter.shutdown(),
    };
    const { tracer, close } = openTelemetry('spec', settingsWith(env), silentLogger, keeping);
    await work(tracer);
    await close();
    return finishedSpans;
  };

  it('continues the trace of its parent, and hands on a header that continues the step', async () => {
    let header: string | undefined;
    const [inner, outer] = await spansOf((tracer) =>
      traceStep(tracer, 'outer', { kind: 'server', parent: PARENT }, (traceparent) => {
        header = traceparent;
        return traceStep(tracer, 'inner', { kind: 'internal', parent: traceparent }, () => Promise.resolve());
      }),
    );

    const { traceId, spanId } = outer!.spanContext();
    expect(traceId).to.equal(PARENT.split('-')[1]);
    expect(header).to.equal(`00-${traceId}-${spanId}-01`);
    expect(inner!.parentSpanContext).to.include({ traceId, spanId });
  });

  it('names the service and its version', async () => {
    const [span] = await spansOf((tracer) => tracer.start('any', { kind: 'server', parent: undefined }).end());

    expect(span!.resource.attributes).to.include({ 'service.name': 'spec' });
    expect(span!.resource.attributes['service.version']).to.match(/^\d+\.\d+\.\d+/);
  });

  it('begins no trace where work is only continued', async () => {
    const spans = await spansOf((tracer) =>
      traceStep(tracer, 'loop', { kind: 'internal', parent: undefined }, () => Promise.resolve()),
    );
    expect(spans).to.deep.equal([]);
  });

  it('records nothing of a trace that its caller does not record, and hands that on', async () => {
    let header: string | undefined;
    const spans = await spansOf((tracer) =>
      traceStep(tracer, 'step', { kind: 'server', parent: UNSAMPLED_PARENT }, (traceparent) => {
        header = traceparent;
        return Promise.resolve();
      }),
    );
    expect(spans).to.deep.equal([]);
    expect(header).to.match(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
  });

  for (const [sampler, count] of [
    ['parentbased_always_on', 2],
    ['parentbased_always_off', 1],
    ['parentbased_traceidratio', 1],
  ] as const)
    it(`records ${count} of a continued and a new trace with ${sampler}`, async () => {
      const spans = await spansOf(
        (tracer) => {
          for (const parent of [PARENT, undefined]) tracer.start('any', { kind: 'server', parent }).end();
        },
        { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' },
      );
      expect(spans).to.have.length(count);
    });

  it('keeps of an error its name and nothing that it says', async () => {
    const spans = await spansOf((tracer) =>
      traceStep(tracer, 'step', { kind: 'client', parent: PARENT }, () =>
        Promise.reject(new RangeError('ada@example.org owes 3 bricks')),
      ).catch(() => undefined),
    );
    expect(spans[0]!.attributes).to.deep.equal({ 'error.type': 'RangeError' });
    expect(JSON.stringify([spans[0]!.status, spans[0]!.events])).not.to.include('ada');
  });

  it('drops what its queue cannot hold', async () => {
    const spans = await spansOf(
      (tracer) => {
        for (let count = 0; count < 50; count += 1) tracer.start('any', { kind: 'server', parent: PARENT }).end();
      },
      { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10' },
    );
    // Ten are under way, and ten wait for them.
    expect(spans).to.have.length(20);
  });

  it('is off unless an exporter is named', () => {
    expect(openTracing('spec', settingsWith(), silentLogger).tracer).to.equal(noTracing);
    const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' };
    expect(openTracing('spec', settingsWith(env), silentLogger).tracer).to.equal(noTracing);
  });

  it('refuses an exporter that it does not have, naming the variable', () => {
    expect(() => settingsWith({ OTEL_TRACES_EXPORTER: 'jaeger' })).to.throw('OTEL_TRACES_EXPORTER');
  });
});
