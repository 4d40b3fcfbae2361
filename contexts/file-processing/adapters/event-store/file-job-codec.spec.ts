import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttemptId, FileJobEvent, JobId } from '../../domain/file-job-events.ts';
import { fileJobCodec } from './file-job-codec.ts';

const jobId = '0195a000-0000-7000-8000-000000000001' as JobId;
const attemptId = '0195a000-0000-7000-8000-000000000002' as AttemptId;
const at = '2026-01-01T12:00:00.000Z' as Instant;

/** Every form ever written, as it lies in streams. Entries are added, never changed. */
const GOLDEN: readonly (readonly [name: string, json: string, event: FileJobEvent])[] = [
  [
    'file-processing.FileSubmitted',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","fileId":"f1","fileName":"mill.xml","mocId":"m1","partsListId":"l1","owner":"ada","submittedAt":"2026-01-01T12:00:00.000Z"}',
    {
      type: 'FileSubmitted',
      data: {
        ...{ jobId, fileId: 'f1', fileName: 'mill.xml', mocId: 'm1', partsListId: 'l1', owner: 'ada' as UserId },
        submittedAt: at,
      },
    },
  ],
  [
    'file-processing.ParsingStarted',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","attemptId":"0195a000-0000-7000-8000-000000000002","startedAt":"2026-01-01T12:00:00.000Z"}',
    { type: 'ParsingStarted', data: { jobId, attemptId, startedAt: at } },
  ],
  [
    'file-processing.ParsingCompleted',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","attemptId":"0195a000-0000-7000-8000-000000000002","findings":{"lots":2,"pieces":4,"unknownParts":{"count":1,"first":[{"line":3,"lot":2,"partNumber":"x9","colour":null,"quantity":null}]},"unknownColours":{"count":0,"first":[]},"problems":{"count":1,"first":[{"line":3,"lot":2,"code":"quantity-unreadable","detail":"The quantity \\"few\\" is not a whole number."}]},"repairs":[{"code":"ampersand-escaped","count":1,"line":2}],"format":"bricklink-xml","encoding":"utf-8","catalogueRelease":"starter-1"},"completedAt":"2026-01-01T12:00:00.000Z"}',
    {
      type: 'ParsingCompleted',
      data: {
        jobId,
        attemptId,
        findings: {
          lots: 2,
          pieces: 4,
          piecesExtra: 0,
          unknownParts: { count: 1, first: [{ line: 3, lot: 2, partNumber: 'x9', colour: null, quantity: null }] },
          unknownColours: { count: 0, first: [] },
          problems: {
            count: 1,
            first: [
              { line: 3, lot: 2, code: 'quantity-unreadable', detail: 'The quantity "few" is not a whole number.' },
            ],
          },
          repairs: [{ code: 'ampersand-escaped', count: 1, line: 2 }],
          format: 'bricklink-xml',
          encoding: 'utf-8',
          catalogueRelease: 'starter-1',
        },
        completedAt: at,
      },
    },
  ],
  [
    'file-processing.ParsingFailed',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","failure":{"code":"xml-malformed","detail":"The XML is broken: unclosed tag: ITEM","line":7},"failedAt":"2026-01-01T12:00:00.000Z"}',
    {
      type: 'ParsingFailed',
      data: {
        jobId,
        failure: { code: 'xml-malformed', detail: 'The XML is broken: unclosed tag: ITEM', line: 7 },
        failedAt: at,
      },
    },
  ],
  [
    'file-processing.ParsingCompleted',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","attemptId":"0195a000-0000-7000-8000-000000000002","findings":{"lots":1,"pieces":0,"piecesExtra":2,"unknownParts":{"count":1,"first":[{"line":2,"lot":1,"partNumber":"4211385","colour":"4","quantity":2,"hint":"4211385 is an element id of 3001"}]},"unknownColours":{"count":0,"first":[]},"problems":{"count":0,"first":[]},"repairs":[{"code":"tag-escaped","count":1,"line":2}],"format":"rebrickable-csv","encoding":"utf-8","colourScheme":{"scheme":"bricklink","reason":"names"},"contentHash":"ab12","catalogueRelease":"starter-1"},"completedAt":"2026-01-01T12:00:00.000Z"}',
    {
      type: 'ParsingCompleted',
      data: {
        jobId,
        attemptId,
        findings: {
          ...{ lots: 1, pieces: 0, piecesExtra: 2 },
          unknownParts: {
            count: 1,
            first: [
              {
                ...{ line: 2, lot: 1, partNumber: '4211385', colour: '4', quantity: 2 },
                hint: '4211385 is an element id of 3001',
              },
            ],
          },
          unknownColours: { count: 0, first: [] },
          problems: { count: 0, first: [] },
          repairs: [{ code: 'tag-escaped', count: 1, line: 2 }],
          ...{ format: 'rebrickable-csv', encoding: 'utf-8', catalogueRelease: 'starter-1', contentHash: 'ab12' },
          colourScheme: { scheme: 'bricklink', reason: 'names' },
        },
        completedAt: at,
      },
    },
  ],
  [
    'file-processing.ParsingFailed',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","failure":{"code":"file-cut-off","detail":"The file was cut off.","line":7,"column":12,"field":"ITEM"},"failedAt":"2026-01-01T12:00:00.000Z"}',
    {
      type: 'ParsingFailed',
      data: {
        jobId,
        failure: { code: 'file-cut-off', detail: 'The file was cut off.', line: 7, column: 12, field: 'ITEM' },
        failedAt: at,
      },
    },
  ],
  [
    'file-processing.DecisionNeeded',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","attemptId":"0195a000-0000-7000-8000-000000000002","readings":[{"colourScheme":"bricklink","lots":2,"pieces":9,"unknownColours":1,"supportingLots":0}],"needsDecisionSince":"2026-01-01T12:00:00.000Z"}',
    {
      type: 'DecisionNeeded',
      data: {
        ...{ jobId, attemptId, needsDecisionSince: at },
        readings: [{ colourScheme: 'bricklink', lots: 2, pieces: 9, unknownColours: 1, supportingLots: 0 }],
      },
    },
  ],
  [
    'file-processing.ColourSchemeDecided',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","colourScheme":"rebrickable","decidedBy":"ada","decidedAt":"2026-01-01T12:00:00.000Z"}',
    { type: 'ColourSchemeDecided', data: { jobId, colourScheme: 'rebrickable', decidedBy: 'ada', decidedAt: at } },
  ],
  [
    'file-processing.JobWithdrawn',
    '{"jobId":"0195a000-0000-7000-8000-000000000001","withdrawnAt":"2026-01-01T12:00:00.000Z"}',
    { type: 'JobWithdrawn', data: { jobId, withdrawnAt: at } },
  ],
];

describe('the stored forms of a file job', () => {
  for (const [name, json, event] of GOLDEN) {
    it(`reads ${name}`, () => {
      expect(fileJobCodec.decode(name, JSON.parse(json))).to.deep.equal(event);
    });

    it(`writes ${name} so that it reads back`, () => {
      const { type, data } = fileJobCodec.encode(event);
      expect(type).to.equal(name);
      expect(fileJobCodec.decode(type, JSON.parse(JSON.stringify(data)))).to.deep.equal(event);
    });
  }

  it('does not know the events of others', () => {
    expect(fileJobCodec.decode('file-storage.FileStored', {})).to.equal(undefined);
  });
});
