import { join } from 'node:path';
import { expect } from 'chai';
import { goldenData, testGoldenFiles } from '@lego-moc/testing/golden';
import { fileJobCodec } from './file-job-codec.ts';

const folder = join(import.meta.dirname, 'golden');

const NEWEST_FORMS = [
  'file-processing.FileSubmitted',
  'file-processing.ParsingStarted',
  'file-processing.AttemptFailed',
  'file-processing.AttemptAbandoned',
  'file-processing.ParsingCompleted.v2',
  'file-processing.LotsResolved',
  'file-processing.SetsOpened',
  'file-processing.ParsingFailed',
  'file-processing.DecisionNeeded',
  'file-processing.ColumnsDecided',
  'file-processing.ColourSchemeDecided',
  'file-processing.JobCancelled',
  'file-processing.JobWithdrawn',
];

describe('the stored forms of a file job', () => {
  testGoldenFiles(folder, fileJobCodec, { forms: 14 });

  for (const name of NEWEST_FORMS)
    it(`writes ${name} as it was read`, () => {
      const data = goldenData(folder, name);
      const event = fileJobCodec.decode(name, data);
      expect(event).not.to.equal(undefined);
      expect(fileJobCodec.encode(event!)).to.deep.equal({ type: name, data });
    });

  it('reads the extra pieces of the first form of ParsingCompleted where there are some', () => {
    const data = goldenData(folder, 'file-processing.ParsingCompleted.v2');
    expect(fileJobCodec.decode('file-processing.ParsingCompleted', data)).to.deep.equal({
      type: 'ParsingCompleted',
      data,
    });
  });

  it('reads the colours and parts of ParsingCompleted', () => {
    const { findings, ...data } = goldenData(folder, 'file-processing.ParsingCompleted.v2') as { findings: object };
    const composition = { colours: [{ id: '4', name: 'Red', pieces: 7 }], parts: ['3001'] };
    const composedData = { ...data, findings: { ...findings, composition } };
    expect(fileJobCodec.decode('file-processing.ParsingCompleted.v2', composedData)?.data).to.deep.equal(composedData);
  });

  it('rejects the second form of ParsingCompleted without a total of extra pieces', () => {
    const data = goldenData(folder, 'file-processing.ParsingCompleted');
    expect(() => fileJobCodec.decode('file-processing.ParsingCompleted.v2', data)).to.throw('piecesExtra');
  });

  it('reads a failure without a column and a field', () => {
    const { jobId, failedAt } = goldenData(folder, 'file-processing.ParsingFailed') as Record<string, unknown>;
    const failure = { code: 'xml-malformed', detail: 'The XML is broken: unclosed tag: ITEM', line: 7 };
    const data = { jobId, failure, failedAt };
    expect(fileJobCodec.decode('file-processing.ParsingFailed', data)).to.deep.equal({ type: 'ParsingFailed', data });
  });

  it('reads a question about columns with its guess', () => {
    const goldenEvent = goldenData(folder, 'file-processing.DecisionNeeded') as Record<string, unknown>;
    const reasons = [{ column: 0, field: 'part', evidence: 'part-numbers', cells: 2, of: 3, example: '3001' }];
    const columns = {
      columns: 2,
      header: ['Teil', 'Anzahl'],
      guess: { hasHeader: true, part: 0, quantity: 1 },
      reasons,
    };
    const data = { ...goldenEvent, readings: [], columns, kind: '0195a000-0000-5000-8000-000000000003' };
    const event = fileJobCodec.decode('file-processing.DecisionNeeded', data);
    expect(event).to.deep.equal({ type: 'DecisionNeeded', data });
  });

  it('returns undefined for the events of other contexts', () => {
    expect(fileJobCodec.decode('file-storage.FileStored', {})).to.equal(undefined);
  });
});
