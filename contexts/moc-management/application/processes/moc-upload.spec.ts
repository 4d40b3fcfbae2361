import { expect } from 'chai';
import fc from 'fast-check';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, MocId } from '../../domain/moc-events.ts';
import { mocUpload, RECEIVING_SILENCE_MAX_MS, REQUESTING_MAX_MS, type MocUploadCommand } from './moc-upload.ts';
import { partsListsIn, type MocUpload } from './moc-upload-state.ts';
import type { MocUploadEvent } from './moc-upload-events.ts';

const mocId = 'moc-1' as MocId;
const owner = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const intent = { kind: 'create', title: 'Crane', description: '', theme: '', tags: [] } as const;
const bricks: AttachedFile = {
  fileId: 'bricks' as FileId,
  kind: 'parts-list',
  name: 'bricks.csv',
  mediaType: 'text/csv',
  sizeBytes: 9,
  sha256: '00',
};
const { partsListId, jobId } = partsListsIn([bricks], '')[0]!;

const begun: MocUploadEvent = { type: 'UploadBegun', data: { mocId, owner, begunAt: noon } };
const announced = (fileId: string): MocUploadEvent => ({
  type: 'FileAnnounced',
  data: { fileId: fileId as FileId, kind: 'parts-list', name: 'bricks.csv' },
});
const received: MocUploadEvent = { type: 'FileReceived', data: { file: bricks } };
const all: MocUploadEvent = { type: 'UploadReceived', data: { intent, receivedAt: noon } };
const secured: MocUploadEvent = { type: 'UploadTitleSecured', data: { title: 'Crane' } };
const filed: MocUploadEvent = { type: 'FilesFiled', data: { mocId } };
const requested: MocUploadEvent = { type: 'PartsReadingRequested', data: { partsListId, jobId } };
const abandoned: MocUploadEvent = { type: 'UploadAbandoned', data: { code: 'title-taken', because: 'Taken.' } };
const discarded = (fileId: string): MocUploadEvent => ({ type: 'FileDiscarded', data: { fileId: fileId as FileId } });

const stateAfter = (...events: readonly MocUploadEvent[]): MocUpload =>
  events.reduce(mocUpload.evolve, mocUpload.initial);
const dueAfter = (...events: readonly MocUploadEvent[]): readonly MocUploadCommand['type'][] =>
  mocUpload.due(stateAfter(...events)).map(({ type }) => type);

describe('an upload that goes well', () => {
  it('waits for its sender', () => {
    expect(dueAfter(begun, announced('bricks'), received)).to.deep.equal([]);
  });

  it('secures the title, files the files, has the parts read, and is over', () => {
    const sent = [begun, announced('bricks'), received, all];
    expect(dueAfter(...sent)).to.deep.equal(['SecureUploadTitle']);
    expect(dueAfter(...sent, secured)).to.deep.equal(['FileUpload']);
    expect(dueAfter(...sent, secured, filed)).to.deep.equal(['RequestPartsReading']);
    expect(dueAfter(...sent, secured, filed, requested)).to.deep.equal([]);
    expect(stateAfter(...sent, secured, filed, requested).step).to.equal('complete');
  });

  it('is over at once without parts lists', () => {
    expect(stateAfter(begun, all, secured, filed).step).to.equal('complete');
  });

  it('needs no title to add to a MOC', () => {
    const add: MocUploadEvent = {
      type: 'UploadReceived',
      data: { intent: { kind: 'add', partsListTitle: '' }, receivedAt: noon },
    };
    expect(dueAfter(begun, announced('bricks'), received, add)).to.deep.equal(['FileUpload']);
  });
});

describe('an upload that comes to nothing', () => {
  const sent = [begun, announced('a'), announced('b'), all];

  it('gives the title back, then discards the files, last one first', () => {
    expect(mocUpload.due(stateAfter(...sent, secured, abandoned)).map(({ type, data }) => [type, data])).to.deep.equal([
      ['ReleaseUploadTitle', { mocId, owner, title: 'Crane' }],
      ['DiscardFile', { fileId: 'b' }],
      ['DiscardFile', { fileId: 'a' }],
    ]);
  });

  it('leaves alone a title that it did not get', () => {
    expect(dueAfter(...sent, abandoned)).to.deep.equal(['DiscardFile', 'DiscardFile']);
  });

  it('is undone when nothing is left, at once if there was nothing', () => {
    expect(stateAfter(...sent, abandoned, discarded('b'), discarded('a')).step).to.equal('undone');
    expect(stateAfter(begun, abandoned).step).to.equal('undone');
  });

  it('discards what a sender announced who had not heard of the end', () => {
    expect(dueAfter(begun, abandoned, announced('late'))).to.deep.equal(['DiscardFile']);
  });

  it('may be tried again under the same id', () => {
    const again = stateAfter(begun, abandoned, begun);
    expect(again).to.include({ step: 'receiving', attempt: 2 });
  });
});

describe('an upload that stands still', () => {
  const late = (ms: number) => after(noon, ms + 1);

  it('is abandoned when its sender falls silent', () => {
    const receiving = stateAfter(begun, announced('a'));
    expect(mocUpload.overdue(receiving, noon, late(RECEIVING_SILENCE_MAX_MS))).to.have.nested.property(
      '[0].type',
      'UploadAbandoned',
    );
    expect(mocUpload.overdue(receiving, noon, noon)).to.deep.equal([]);
  });

  it('stands without its parts when file processing stays away', () => {
    const requesting = stateAfter(begun, announced('bricks'), received, all, secured, filed);
    const [overdue] = mocUpload.overdue(requesting, noon, late(REQUESTING_MAX_MS));
    expect(overdue?.type).to.equal('PartsReadingOverdue');
    const givingUp = mocUpload.evolve(requesting, overdue!);
    expect(mocUpload.due(givingUp).map(({ type }) => type)).to.deep.equal(['GiveUpOnReading']);
    expect(mocUpload.evolve(givingUp, { type: 'PartsReadingGivenUp', data: { partsListId } }).step).to.equal(
      'complete',
    );
  });
});

describe('laws of an upload', () => {
  const event = fc.constantFrom(
    begun,
    announced('bricks'),
    received,
    all,
    secured,
    filed,
    requested,
    abandoned,
    discarded('bricks'),
  );

  it('never both stands and is undone, whatever arrives when', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const steps = events.map((_, index) => stateAfter(...events.slice(0, index + 1)).step);
        const complete = steps.indexOf('complete');
        if (complete !== -1) expect(new Set(steps.slice(complete))).to.deep.equal(new Set(['complete']));
      }),
    );
  });

  it('ends: doing what is due leads to nothing being due', () => {
    const outcome = ({ type, data }: MocUploadCommand): MocUploadEvent => {
      switch (type) {
        case 'SecureUploadTitle':
          return secured;
        case 'FileUpload':
          return filed;
        case 'RequestPartsReading':
          return requested;
        case 'GiveUpOnReading':
          return { type: 'PartsReadingGivenUp', data: { partsListId } };
        case 'ReleaseUploadTitle':
          return { type: 'UploadTitleReleased', data: { mocId } };
        case 'DiscardFile':
          return discarded((data as { fileId: string }).fileId);
      }
    };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let upload = stateAfter(...events);
        for (let steps = 0; mocUpload.due(upload).length > 0; steps += 1) {
          expect(steps).to.be.lessThan(30);
          upload = mocUpload.evolve(upload, outcome(mocUpload.due(upload)[0]!));
        }
      }),
    );
  });
});
