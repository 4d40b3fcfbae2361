import { expect } from 'chai';
import fc from 'fast-check';
import { after } from '@lego-moc/kernel/instant';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, MocId } from '../../domain/moc-events.ts';
import {
  COPYING_MAX_MS,
  mocUpload,
  RECEIVING_SILENCE_MAX_MS,
  REQUESTING_MAX_MS,
  type MocUploadCommand,
} from './moc-upload.ts';
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

const uploadBegun: MocUploadEvent = { type: 'UploadBegun', data: { mocId, owner, begunAt: noon } };
const fileAnnounced = (fileId: string): MocUploadEvent => ({
  type: 'FileAnnounced',
  data: { fileId: fileId as FileId, kind: 'parts-list', name: 'bricks.csv' },
});
const fileReceived: MocUploadEvent = { type: 'FileReceived', data: { file: bricks } };
const all: MocUploadEvent = { type: 'UploadReceived', data: { intent, receivedAt: noon } };
const titleSecured: MocUploadEvent = { type: 'UploadTitleSecured', data: { title: 'Crane' } };
const filesFiled: MocUploadEvent = { type: 'FilesFiled', data: { mocId } };
const readingRequested: MocUploadEvent = { type: 'PartsReadingRequested', data: { partsListId, jobId } };
const uploadAbandoned: MocUploadEvent = { type: 'UploadAbandoned', data: { code: 'title-taken', because: 'Taken.' } };
const fileDiscarded = (fileId: string): MocUploadEvent => ({
  type: 'FileDiscarded',
  data: { fileId: fileId as FileId },
});

const parent = { mocId: 'moc-0' as MocId, version: 1, relation: 'fork' } as const;
const forkReceived: MocUploadEvent = {
  type: 'UploadReceived',
  data: { intent: { ...intent, parent, copyFiles: true }, receivedAt: noon },
};
const image = { kind: 'image', itemId: 'i1' } as const;
const linkedReceived: MocUploadEvent = {
  type: 'UploadReceived',
  data: { intent: { ...intent, galleryItems: [image] }, receivedAt: noon },
};
const linksPrepared: MocUploadEvent = { type: 'LinksPrepared', data: { links: [{ ...image, verified: true }] } };
const plannedCopy = (fileId: string, listTitle?: string) => ({
  ...{ fileId: fileId as FileId, source: `of ${fileId}` as FileId, sourceOwner: 'bob' as UserId },
  ...(listTitle === undefined ? {} : { listTitle }),
});
const copiesPlanned: MocUploadEvent = {
  type: 'CopiesPlanned',
  data: { copies: [plannedCopy('c1', 'Wheels'), plannedCopy('c2')] },
};
const copyReceived = (fileId: string): MocUploadEvent => ({
  type: 'FileReceived',
  data: { file: { ...bricks, fileId: fileId as FileId, kind: fileId === 'c1' ? 'parts-list' : 'instruction' } },
});

const stateAfter = (...events: readonly MocUploadEvent[]): MocUpload =>
  events.reduce(mocUpload.evolve, mocUpload.initial);
const dueAfter = (...events: readonly MocUploadEvent[]): readonly MocUploadCommand['type'][] =>
  mocUpload.due(stateAfter(...events)).map(({ type }) => type);

describe('a complete upload', () => {
  it('has nothing due while it is received', () => {
    expect(dueAfter(uploadBegun, fileAnnounced('bricks'), fileReceived)).to.deep.equal([]);
  });

  it('secures the title, files the files, requests the reading of parts and completes', () => {
    const receptionEvents = [uploadBegun, fileAnnounced('bricks'), fileReceived, all];
    expect(dueAfter(...receptionEvents)).to.deep.equal(['SecureUploadTitle']);
    expect(dueAfter(...receptionEvents, titleSecured)).to.deep.equal(['FileUpload']);
    expect(dueAfter(...receptionEvents, titleSecured, filesFiled)).to.deep.equal(['RequestPartsReading']);
    expect(dueAfter(...receptionEvents, titleSecured, filesFiled, readingRequested)).to.deep.equal([]);
    expect(stateAfter(...receptionEvents, titleSecured, filesFiled, readingRequested).step).to.equal('complete');
  });

  it('completes when it is filed without parts lists', () => {
    expect(stateAfter(uploadBegun, all, titleSecured, filesFiled).step).to.equal('complete');
  });

  it('secures no title for files of an existing MOC', () => {
    const add: MocUploadEvent = {
      type: 'UploadReceived',
      data: { intent: { kind: 'add', partsListTitle: '' }, receivedAt: noon },
    };
    expect(dueAfter(uploadBegun, fileAnnounced('bricks'), fileReceived, add)).to.deep.equal(['FileUpload']);
  });
});

describe('an abandoned upload', () => {
  const receptionEvents = [uploadBegun, fileAnnounced('a'), fileAnnounced('b'), all];

  it('releases the title, then discards the files, last one first', () => {
    expect(
      mocUpload
        .due(stateAfter(...receptionEvents, titleSecured, uploadAbandoned))
        .map(({ type, data }) => [type, data]),
    ).to.deep.equal([
      ['ReleaseUploadTitle', { mocId, owner, title: 'Crane' }],
      ['DiscardFile', { fileId: 'b' }],
      ['DiscardFile', { fileId: 'a' }],
    ]);
  });

  it('releases no title that it has not secured', () => {
    expect(dueAfter(...receptionEvents, uploadAbandoned)).to.deep.equal(['DiscardFile', 'DiscardFile']);
  });

  it('is undone when everything is discarded, at once if there was nothing', () => {
    expect(stateAfter(...receptionEvents, uploadAbandoned, fileDiscarded('b'), fileDiscarded('a')).step).to.equal(
      'undone',
    );
    expect(stateAfter(uploadBegun, uploadAbandoned).step).to.equal('undone');
  });

  it('discards a file that is announced after the end', () => {
    expect(dueAfter(uploadBegun, uploadAbandoned, fileAnnounced('late'))).to.deep.equal(['DiscardFile']);
  });

  it('begins another attempt under the same id', () => {
    const again = stateAfter(uploadBegun, uploadAbandoned, uploadBegun);
    expect(again).to.include({ step: 'receiving', attempt: 2 });
  });
});

describe('an upload that links the gallery', () => {
  it('asks the gallery once the title is secured, and files the MOC with its links', () => {
    const events = [uploadBegun, linkedReceived, titleSecured];
    expect(dueAfter(...events)).to.deep.equal(['PrepareLinks']);
    const [filing] = mocUpload.due(stateAfter(...events, linksPrepared, linksPrepared));
    expect(filing?.type).to.equal('FileUpload');
    expect(filing?.data).to.have.deep.property('galleryLinks', [{ ...image, verified: true }]);
  });

  it('releases the title when the gallery has no such item', () => {
    expect(dueAfter(uploadBegun, linkedReceived, titleSecured, uploadAbandoned)).to.deep.equal(['ReleaseUploadTitle']);
  });
});

describe('an upload with copies of the parent’s files', () => {
  const plan = [uploadBegun, forkReceived, titleSecured, copiesPlanned];

  it('plans them, makes one after the other, and files them with the titles of their lists', () => {
    expect(dueAfter(...plan.slice(0, 3))).to.deep.equal(['PlanCopies']);
    expect(dueAfter(...plan)).to.deep.equal(['CopyFile', 'CopyFile']);
    expect(dueAfter(...plan, copyReceived('c1'))).to.deep.equal(['CopyFile']);
    const [filing] = mocUpload.due(stateAfter(...plan, copyReceived('c1'), copyReceived('c2')));
    expect(filing?.type).to.equal('FileUpload');
    expect(filing?.data).to.have.nested.property('partsLists[0].title', 'Wheels');
    expect(filing?.data).to.have.property('files').with.length(2);
  });

  it('discards all planned copies and releases the title when one is refused', () => {
    expect(dueAfter(...plan, copyReceived('c1'), uploadAbandoned)).to.deep.equal([
      ...['ReleaseUploadTitle', 'DiscardFile', 'DiscardFile'],
    ]);
  });

  it('is the upload that its sender sent, whatever was copied', () => {
    expect(stateAfter(...plan, copyReceived('c1'))).to.deep.include({ step: 'copying', sentFiles: [] });
  });

  it('is abandoned when file storage does not answer for too long', () => {
    const copying = stateAfter(...plan);
    expect(mocUpload.overdue(copying, noon, noon)).to.deep.equal([]);
    const events = mocUpload.overdue(copying, noon, after(noon, COPYING_MAX_MS + 1));
    expect(events.map(({ type }) => type)).to.deep.equal(['UploadAbandoned']);
  });
});

describe('an overdue upload', () => {
  const late = (ms: number) => after(noon, ms + 1);

  it('is abandoned when its sender is silent', () => {
    const receiving = stateAfter(uploadBegun, fileAnnounced('a'));
    expect(mocUpload.overdue(receiving, noon, late(RECEIVING_SILENCE_MAX_MS))).to.have.nested.property(
      '[0].type',
      'UploadAbandoned',
    );
    expect(mocUpload.overdue(receiving, noon, noon)).to.deep.equal([]);
  });

  it('completes without its parts when file processing does not answer', () => {
    const requesting = stateAfter(uploadBegun, fileAnnounced('bricks'), fileReceived, all, titleSecured, filesFiled);
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
  const inOrder = [
    uploadBegun,
    fileAnnounced('bricks'),
    fileReceived,
    all,
    titleSecured,
    filesFiled,
    readingRequested,
  ] as const;

  const event = fc.constantFrom(
    uploadBegun,
    fileAnnounced('bricks'),
    fileReceived,
    all,
    forkReceived,
    linksPrepared,
    linkedReceived,
    copiesPlanned,
    copyReceived('c1'),
    copyReceived('c2'),
    titleSecured,
    filesFiled,
    readingRequested,
    uploadAbandoned,
    fileDiscarded('bricks'),
  );

  it('reaches the same state when every event is stored twice', () => {
    const undone = [...inOrder.slice(0, 5), uploadAbandoned, fileDiscarded('bricks')];
    const titleReleased: MocUploadEvent = { type: 'UploadTitleReleased', data: { mocId } };
    const fork = [uploadBegun, forkReceived, titleSecured, copiesPlanned, copyReceived('c1'), copyReceived('c2')];
    const undoneFork = [...fork.slice(0, 5), uploadAbandoned, titleReleased, fileDiscarded('c2'), fileDiscarded('c1')];
    for (const events of [inOrder, [...undone, titleReleased], [...fork, filesFiled], undoneFork])
      for (let length = 1; length <= events.length; length += 1) {
        const some = events.slice(0, length);
        expect(stateAfter(...some.flatMap((entry) => [entry, entry]))).to.deep.equal(stateAfter(...some));
      }
  });

  it('never leaves complete, whatever events follow', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const steps = events.map((_, index) => stateAfter(...events.slice(0, index + 1)).step);
        const complete = steps.indexOf('complete');
        if (complete !== -1) expect(new Set(steps.slice(complete))).to.deep.equal(new Set(['complete']));
      }),
    );
  });

  it('ends when all due commands are carried out', () => {
    const outcome = ({ type, data }: MocUploadCommand): MocUploadEvent => {
      switch (type) {
        case 'SecureUploadTitle':
          return titleSecured;
        case 'PrepareLinks':
          return linksPrepared;
        case 'PlanCopies':
          return copiesPlanned;
        case 'CopyFile':
          return copyReceived((data as { fileId: string }).fileId);
        case 'FileUpload':
          return filesFiled;
        case 'RequestPartsReading': {
          const { list } = data;
          return { type: 'PartsReadingRequested', data: { partsListId: list.partsListId, jobId: list.jobId } };
        }
        case 'GiveUpOnReading': {
          const { list } = data;
          return { type: 'PartsReadingGivenUp', data: { partsListId: list.partsListId } };
        }
        case 'ReleaseUploadTitle':
          return { type: 'UploadTitleReleased', data: { mocId } };
        case 'DiscardFile':
          return fileDiscarded((data as { fileId: string }).fileId);
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
