import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsCount, PartsListId } from './moc-events.ts';
import { mocDecider, type LivingMoc, type Moc } from './moc.ts';
import { VERSIONS_MAX } from './versions.ts';

const mocId = 'moc-1' as MocId;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const details = { description: 'It lifts', theme: 'Technic', tags: ['crane'] };
const count: PartsCount = { lots: 3, pieces: 40, unknownParts: 0, unknownColours: 0 };

const file = (id: string, kind: AttachedFile['kind'] = 'parts-list'): AttachedFile => ({
  ...{ fileId: id as FileId, kind, name: `${id}.bin`, mediaType: 'application/pdf', sizeBytes: 10, sha256: id },
});
const fileAttached = (id: string, kind?: AttachedFile['kind']): MocEvent => ({
  type: 'FileAttached',
  data: { mocId, file: file(id, kind) },
});
const fileDetached = (id: string): MocEvent => ({ type: 'FileDetached', data: { mocId, fileId: id as FileId } });
const partsListId = 'list-1' as PartsListId;
const list = (id: string, jobId: string, fileId: string) => ({
  ...{ partsListId: id as PartsListId, title: 'All of it', fileId: fileId as FileId, jobId: jobId as JobId },
});
const partsListed: MocEvent = { type: 'PartsListed', data: { mocId, list: list('list-1', 'job-1', 'bricks') } };
const partsCounted = (change: Partial<PartsCount> = {}): MocEvent => ({
  type: 'PartsCounted',
  data: { mocId, partsListId, count: { ...count, ...change } },
});
const mocDrafted: MocEvent = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, ...details },
};
const complete = [
  mocDrafted,
  fileAttached('book', 'instruction'),
  fileAttached('bricks'),
  partsListed,
  partsCounted(),
] as const;
const versionPublished = (version: number): MocEvent => ({
  type: 'VersionPublished',
  data: { mocId, version, publishedAt: noon },
});
const mocRetitled = (title: string): MocEvent => ({ type: 'MocRetitled', data: { mocId, title } });

const publish = { type: 'PublishMoc', data: { mocId, by: ada, at: noon } } as const;
const revert = (version: number, by = ada) => ({ type: 'RevertMoc', data: { mocId, by, version } }) as const;
const moc = given(mocDecider);
const stateAfter = (...events: readonly MocEvent[]): Moc => events.reduce(mocDecider.evolve, mocDecider.initial);

/** The list's file and job are replaced by others. */
const replacementEvents: readonly MocEvent[] = [
  fileAttached('newer'),
  {
    type: 'PartsReplacementListed',
    data: { mocId, partsListId, replacement: { fileId: 'newer' as FileId, jobId: 'job-2' as JobId } },
  },
  { type: 'PartsReplaced', data: { mocId, partsListId, count: { ...count, pieces: 50 } } },
  fileDetached('bricks'),
];

describe('publishing a MOC again', () => {
  it('freezes the next version when text, files or parts have changed, and else changes nothing', () => {
    moc(...complete, versionPublished(1))
      .when(publish)
      .thenNothing();
    const changes: readonly (readonly MocEvent[])[] = [
      [mocRetitled('Steam crane')],
      [{ type: 'MocDescribed', data: { mocId, ...details, theme: 'City' } }],
      [fileAttached('photo', 'gallery-image')],
      [partsCounted({ pieces: 41 })],
      replacementEvents,
    ];
    for (const change of changes)
      moc(...complete, versionPublished(1), ...change)
        .when(publish)
        .then(versionPublished(2));
  });

  it('is a version for a MOC that was published before there were versions', () => {
    moc(...complete, { type: 'MocPublished', data: { mocId, publishedAt: noon } })
      .when(publish)
      .then(versionPublished(1));
  });

  it('keeps every version as it was, without files that wait to replace a list', () => {
    const [attachedNewer, replacementListed] = replacementEvents as [MocEvent, MocEvent];
    const state = stateAfter(
      ...complete,
      attachedNewer,
      replacementListed,
      versionPublished(1),
      mocRetitled('Steam crane'),
    );
    const { versions } = state as LivingMoc;
    expect(versions).to.have.length(1);
    expect(versions[0]).to.include({ title: 'Crane', version: 1, publishedAt: noon });
    expect(versions[0]?.files.map(({ fileId }) => fileId)).to.deep.equal(['book', 'bricks']);
    expect(versions[0]?.partsLists[0]).not.to.have.property('replacement');
  });

  it('is refused while a list is being read or waits for a decision', () => {
    const secondList: MocEvent = { type: 'PartsListed', data: { mocId, list: list('list-2', 'job-3', 'bricks') } };
    const decisionNeeded: MocEvent = {
      type: 'PartsDecisionNeeded',
      data: { mocId, partsListId: 'list-2' as PartsListId },
    };
    moc(...complete, secondList)
      .when(publish)
      .thenRejected('parts-unread');
    moc(...complete, secondList, decisionNeeded)
      .when(publish)
      .thenRejected('parts-unread');
  });

  it('is refused beyond the last version that a MOC may have', () => {
    const all = Array.from({ length: VERSIONS_MAX }, (_, index) => [
      mocRetitled(`Crane ${String(index)}`),
      versionPublished(index + 1),
    ]);
    moc(...complete, ...all.flat(), mocRetitled('One more'))
      .when(publish)
      .thenRejected('too-many-versions');
  });
});

describe('reverting a MOC to a version', () => {
  const revisionEvents = [...complete, versionPublished(1), mocRetitled('Steam crane'), ...replacementEvents] as const;

  it('brings back text, files, lists and counts, and says which version they are', () => {
    moc(...revisionEvents)
      .when(revert(1))
      .then(
        { type: 'MocReverted', data: { mocId, version: 1 } },
        mocRetitled('Crane'),
        { type: 'PartsUnlisted', data: { mocId, partsListId } },
        fileDetached('newer'),
        fileAttached('bricks'),
        partsListed,
        partsCounted(),
      );
  });

  it('leaves nothing to publish or to revert again', () => {
    const decision = mocDecider.decide(revert(1), stateAfter(...revisionEvents)) as readonly MocEvent[];
    moc(...revisionEvents, ...decision)
      .when(revert(1))
      .thenNothing();
    moc(...revisionEvents, ...decision)
      .when(publish)
      .thenNothing();
  });

  it('is refused for a version that is not there, and to anyone but the owner', () => {
    moc(...revisionEvents)
      .when(revert(2))
      .thenRejected('version-not-found');
    moc(...revisionEvents)
      .when(revert(1, bob))
      .thenRejected('not-the-owner');
  });
});
