import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { expect } from 'chai';
import { boundedExports } from './bounded-exports.ts';

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };
const REFUSAL: ExportResult = { code: ExportResultCode.FAILED, error: new Error('refused') };

describe('exporting spans', () => {
  const boundedExporter = () => {
    const pending: ((result: ExportResult) => void)[] = [];
    const lines: string[] = [];
    const write = (message: string): void => void lines.push(message);
    const results: ExportResultCode[] = [];
    const exporter = boundedExports(
      { export: (_spans, callback) => void pending.push(callback), shutdown: () => Promise.resolve() },
      { info: write, warn: write },
    );
    return { pending, lines, results, send: () => exporter.export([], ({ code }) => void results.push(code)) };
  };

  it('has at most five batches under way with a collector that never answers', () => {
    const { pending, results, send } = boundedExporter();
    for (let count = 0; count < 10; count += 1) send();

    expect(pending).to.have.length(5);
    expect(results).to.deep.equal(Array.from({ length: 5 }, () => ExportResultCode.FAILED));
  });

  it('goes on when the collector answers', () => {
    const { pending, results, send } = boundedExporter();
    for (let count = 0; count < 10; count += 1) {
      send();
      pending.pop()?.(SUCCESS);
    }
    expect(results).to.deep.equal(Array.from({ length: 10 }, () => ExportResultCode.SUCCESS));
  });

  it('says once that spans are dropped, and once that they are taken again', () => {
    const { pending, lines, send } = boundedExporter();
    for (const result of [SUCCESS, REFUSAL, REFUSAL, REFUSAL, SUCCESS, SUCCESS]) {
      send();
      pending.pop()?.(result);
    }
    expect(lines).to.deep.equal(['Traces are dropped: their collector does not take them', 'Traces are taken again']);
  });
});
