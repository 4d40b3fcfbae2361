import { expect } from 'chai';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { boundedExports } from './bounded-exports.ts';

type Done = Parameters<SpanExporter['export']>[1];

const TAKEN = { code: 0 };
const REFUSED = { code: 1, error: new Error('refused') };

describe('exporting spans', () => {
  const exporting = () => {
    const pending: Done[] = [];
    const lines: string[] = [];
    const write = (message: string): void => void lines.push(message);
    const results: number[] = [];
    const exporter = boundedExports(
      { export: (_spans, done) => void pending.push(done), shutdown: () => Promise.resolve() },
      { info: write, warn: write },
    );
    return { pending, lines, results, send: () => exporter.export([], ({ code }) => void results.push(code)) };
  };

  it('has at most five batches under way with a collector that never answers', () => {
    const { pending, results, send } = exporting();
    for (let count = 0; count < 10; count += 1) send();

    expect(pending).to.have.length(5);
    expect(results).to.deep.equal([1, 1, 1, 1, 1]);
  });

  it('goes on when the collector answers', () => {
    const { pending, results, send } = exporting();
    for (let count = 0; count < 10; count += 1) {
      send();
      pending.pop()?.(TAKEN);
    }
    expect(results).to.deep.equal(Array.from({ length: 10 }, () => 0));
  });

  it('says once that spans are dropped, and once that they are taken again', () => {
    const { pending, lines, send } = exporting();
    for (const result of [TAKEN, REFUSED, REFUSED, REFUSED, TAKEN, TAKEN]) {
      send();
      pending.pop()?.(result);
    }
    expect(lines).to.deep.equal(['Traces are dropped: their collector does not take them', 'Traces are taken again']);
  });
});
