import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mocDecider } from './moc.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsCount, PartsListId } from './moc-events.ts';

const mocId = 'moc-1' as MocId;
const ada = 'ada' as UserId;
const bob = 'bob' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const partsListId = 'list-1' as PartsListId;
const jobId = 'job-1' as JobId;
const newJob = 'job-2' as JobId;
const count: PartsCount = { lots: 3, pieces: 40, unknownParts: 1, unknownColours: 0 };

const file = (id: string, sha256: string): AttachedFile => {
  const contentFields = { mediaType: 'text/csv', sizeBytes: 10, sha256 };
  return { fileId: id as FileId, kind: 'parts-list', name: `${id}.csv`, ...contentFields };
};
const bricks = file('bricks', 'ab');
const newer = file('newer', 'cd');
const newest = file('newest', 'ef');

const mocDrafted: MocEvent = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, description: '', theme: '', tags: [] },
};
const list = { partsListId, title: 'All of it', fileId: bricks.fileId, jobId };
const partsListed: MocEvent = { type: 'PartsListed', data: { mocId, list } };
const partsCounted: MocEvent = { type: 'PartsCounted', data: { mocId, partsListId, count } };
const fileAttached = (some: AttachedFile): MocEvent => ({ type: 'FileAttached', data: { mocId, file: some } });
const complete = [mocDrafted, fileAttached(bricks), partsListed, partsCounted] as const;
const moc = given(mocDecider);

describe('replacing a parts list', () => {
  const replace = (by: AttachedFile = newer, job = newJob, user = ada) =>
    ({ type: 'ReplacePartsList', data: { mocId, by: user, partsListId, file: by, jobId: job } }) as const;
  const fileDetached = ({ fileId }: { fileId: FileId }): MocEvent => ({
    type: 'FileDetached',
    data: { mocId, fileId },
  });
  const replacement = { fileId: newer.fileId, jobId: newJob };
  const replacementListed: MocEvent = { type: 'PartsReplacementListed', data: { mocId, partsListId, replacement } };
  const replacementUndecided: MocEvent = { type: 'PartsReplacementUndecided', data: { mocId, partsListId } };
  const why = { code: 'columns-unknown', because: 'No.' };
  const replacementRefused: MocEvent = { type: 'PartsReplacementRefused', data: { mocId, partsListId, ...why } };
  const partsReplaced: MocEvent = { type: 'PartsReplaced', data: { mocId, partsListId, count } };
  const pending = [...complete, fileAttached(newer), replacementListed] as const;
  const newReading = { mocId, partsListId, jobId: newJob };
  const countNewer = { type: 'CountParts', data: { ...newReading, count } } as const;

  it('attaches the file and keeps the list as it is', () => {
    moc(...complete)
      .when(replace())
      .then(fileAttached(newer), replacementListed);
  });

  it('changes nothing the second time, while the file is read, after that, and when it was refused', () => {
    moc(...pending)
      .when(replace())
      .thenNothing();
    moc(...pending, partsReplaced, fileDetached(bricks))
      .when(replace())
      .thenNothing();
    moc(...pending, replacementRefused, fileDetached(newer))
      .when(replace())
      .thenNothing();
  });

  it('is refused for a file equal to that of the list, or to the one that is being read', () => {
    moc(...complete)
      .when(replace({ ...newest, sha256: bricks.sha256 }))
      .thenRejected('parts-list-unchanged');
    moc(...pending)
      .when(replace({ ...newest, sha256: newer.sha256 }))
      .thenRejected('parts-list-unchanged');
  });

  it('gives up a file that is still being read, even for one equal to that of the list', () => {
    const job = 'job-3' as JobId;
    const again: AttachedFile = { ...newest, sha256: bricks.sha256 };
    const sentAgain = { fileId: again.fileId, jobId: job };
    moc(...pending)
      .when(replace(again, job))
      .then(fileDetached(newer), fileAttached(again), {
        type: 'PartsReplacementListed',
        data: { mocId, partsListId, replacement: sentAgain },
      });
  });

  it('takes the place of the list once it is counted, and gives up the former file', () => {
    moc(...pending)
      .when(countNewer)
      .then(partsReplaced, fileDetached(bricks));
    moc(...pending, replacementUndecided)
      .when(countNewer)
      .then(partsReplaced, fileDetached(bricks));
    moc(...pending, partsReplaced, fileDetached(bricks))
      .when(countNewer)
      .thenNothing();
  });

  it('still counts the list by its own job meanwhile', () => {
    const more = { ...count, pieces: 41 };
    moc(...pending)
      .when({ type: 'CountParts', data: { mocId, partsListId, jobId, count: more } })
      .then({ type: 'PartsCounted', data: { mocId, partsListId, count: more } });
  });

  it('keeps the list and gives up a file that cannot be read', () => {
    const giveUp = { type: 'GiveUpOnParts', data: { ...newReading, ...why } } as const;
    moc(...pending)
      .when(giveUp)
      .then(replacementRefused, fileDetached(newer));
    moc(...pending, replacementRefused, fileDetached(newer))
      .when(giveUp)
      .thenNothing();
    moc(...pending, replacementRefused, fileDetached(newer))
      .when(countNewer)
      .thenNothing();
  });

  it('records once that its owner has to decide', () => {
    const wait = { type: 'AwaitPartsDecision', data: newReading } as const;
    moc(...pending)
      .when(wait)
      .then(replacementUndecided);
    moc(...pending, replacementUndecided)
      .when(wait)
      .thenNothing();
  });

  it('detaches both files when the list is deleted meanwhile, and neither by itself', () => {
    moc(...pending)
      .when({ type: 'UnlistParts', data: { mocId, by: ada, partsListId } })
      .then({ type: 'PartsUnlisted', data: { mocId, partsListId } }, fileDetached(bricks), fileDetached(newer));
    for (const { fileId } of [bricks, newer])
      moc(...pending)
        .when({ type: 'DetachFile', data: { mocId, by: ada, fileId } })
        .thenRejected('file-holds-parts-list');
  });

  it('is refused without such a list, and to anyone but the owner', () => {
    moc(mocDrafted).when(replace()).thenRejected('parts-list-not-found');
    moc(...complete)
      .when(replace(newer, newJob, bob))
      .thenRejected('moc-not-found');
  });
});
