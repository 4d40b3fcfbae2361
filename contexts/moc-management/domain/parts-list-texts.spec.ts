import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mocDecider } from './moc.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from './moc-events.ts';

const mocId = 'moc-1' as MocId;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const partsListId = 'list-1' as PartsListId;

const fileAttached = (id: string, kind: AttachedFile['kind']): MocEvent => ({
  type: 'FileAttached',
  data: {
    mocId,
    file: { ...{ fileId: id as FileId, kind, name: id, mediaType: 'text/csv' }, sizeBytes: 10, sha256: id },
  },
});
const list = { partsListId, title: 'Boom', fileId: 'bricks' as FileId, jobId: 'job-1' as JobId };
const partsListed: MocEvent = { type: 'PartsListed', data: { mocId, list } };
const partsCounted: MocEvent = {
  type: 'PartsCounted',
  data: { mocId, partsListId, count: { lots: 1, pieces: 4, unknownParts: 0, unknownColours: 0 } },
};
const complete: readonly MocEvent[] = [
  {
    type: 'MocDrafted',
    data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, description: '', theme: '', tags: [] },
  },
  fileAttached('book', 'instruction'),
  fileAttached('bricks', 'parts-list'),
  partsListed,
  partsCounted,
];
const revise = (change: { readonly title?: string; readonly description?: string }, by = ada) =>
  ({ type: 'RevisePartsList', data: { mocId, by, partsListId, ...change } }) as const;
const retitling = (title: string): MocEvent => ({ type: 'PartsListRetitled', data: { mocId, partsListId, title } });
const descriptionOf = (description: string): MocEvent => ({
  type: 'PartsListDescribed',
  data: { mocId, partsListId, description },
});
const versionPublished: MocEvent = { type: 'VersionPublished', data: { mocId, version: 1, publishedAt: noon } };
const publish = { type: 'PublishMoc', data: { mocId, by: ada, at: noon } } as const;
const revert = { type: 'RevertMoc', data: { mocId, by: ada, version: 1 } } as const;
const mocReverted: MocEvent = { type: 'MocReverted', data: { mocId, version: 1 } };
const moc = given(mocDecider);

describe('the texts of a parts list', () => {
  it('change as far as they are given, once', () => {
    moc(...complete)
      .when(revise({ title: 'Hull', description: 'Without motor' }))
      .then(retitling('Hull'), descriptionOf('Without motor'));
    moc(...complete, descriptionOf('Without motor'))
      .when(revise({ title: 'Hull' }))
      .then(retitling('Hull'));
    moc(...complete, descriptionOf('Without motor'))
      .when(revise({ description: 'Without motor' }))
      .thenNothing();
    moc(...complete, descriptionOf('Without motor'))
      .when(revise({ description: '' }))
      .then(descriptionOf(''));
  });

  it('are refused to anyone but the owner', () => {
    moc(...complete, versionPublished)
      .when(revise({ description: 'Mine' }, bob))
      .thenRejected('not-the-owner');
  });

  it('are part of versions: a new one is published, and a revert brings the former back', () => {
    const before = [...complete, descriptionOf('Without motor'), versionPublished];
    moc(...before, descriptionOf('With motor'))
      .when(publish)
      .then({ type: 'VersionPublished', data: { mocId, version: 2, publishedAt: noon } });
    moc(...before, descriptionOf('With motor'))
      .when(revert)
      .then(mocReverted, descriptionOf('Without motor'));
    moc(...complete, versionPublished, descriptionOf('With motor'))
      .when(revert)
      .then(mocReverted, descriptionOf(''));
    const unlistEvents: readonly MocEvent[] = [
      { type: 'PartsUnlisted', data: { mocId, partsListId } },
      { type: 'FileDetached', data: { mocId, fileId: 'bricks' as FileId } },
    ];
    moc(...before, ...unlistEvents)
      .when(revert)
      .then(
        mocReverted,
        fileAttached('bricks', 'parts-list'),
        partsListed,
        descriptionOf('Without motor'),
        partsCounted,
      );
  });

  it('stay when the list is read again or replaced', () => {
    const replacement = { fileId: 'newer' as FileId, jobId: 'job-2' as JobId };
    const replacementEvents: readonly MocEvent[] = [
      fileAttached('newer', 'parts-list'),
      { type: 'PartsReplacementListed', data: { mocId, partsListId, replacement } },
      {
        type: 'PartsReplaced',
        data: { mocId, partsListId, count: { lots: 2, pieces: 5, unknownParts: 0, unknownColours: 0 } },
      },
      { type: 'FileDetached', data: { mocId, fileId: 'bricks' as FileId } },
    ];
    moc(...complete, descriptionOf('Without motor'), ...replacementEvents, partsCounted)
      .when(revise({ description: 'Without motor' }))
      .thenNothing();
  });
});
