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
const attached = (id: string, kind?: AttachedFile['kind']): MocEvent => ({
  type: 'FileAttached',
  data: { mocId, file: file(id, kind) },
});
const detached = (id: string): MocEvent => ({ type: 'FileDetached', data: { mocId, fileId: id as FileId } });
const partsListId = 'list-1' as PartsListId;
const list = (id: string, jobId: string, fileId: string) => ({
  ...{ partsListId: id as PartsListId, title: 'All of it', fileId: fileId as FileId, jobId: jobId as JobId },
});
const listed: MocEvent = { type: 'PartsListed', data: { mocId, list: list('list-1', 'job-1', 'bricks') } };
const counted = (change: Partial<PartsCount> = {}): MocEvent => ({
  type: 'PartsCounted',
  data: { mocId, partsListId, count: { ...count, ...change } },
});
const drafted: MocEvent = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, ...details },
};
const complete = [drafted, attached('book', 'instruction'), attached('bricks'), listed, counted()] as const;
const published = (version: number): MocEvent => ({
  type: 'VersionPublished',
  data: { mocId, version, publishedAt: noon },
});
const retitled = (title: string): MocEvent => ({ type: 'MocRetitled', data: { mocId, title } });

const publish = { type: 'PublishMoc', data: { mocId, by: ada, at: noon } } as const;
const revert = (version: number, by = ada) => ({ type: 'RevertMoc', data: { mocId, by, version } }) as const;
const moc = given(mocDecider);
const stateAfter = (...events: readonly MocEvent[]): Moc => events.reduce(mocDecider.evolve, mocDecider.initial);

/** The list's file and job are replaced by others. */
const replaced: readonly MocEvent[] = [
  attached('newer'),
  {
    type: 'PartsReplacementListed',
    data: { mocId, partsListId, replacement: { fileId: 'newer' as FileId, jobId: 'job-2' as JobId } },
  },
  { type: 'PartsReplaced', data: { mocId, partsListId, count: { ...count, pieces: 50 } } },
  detached('bricks'),
];

describe('publishing a MOC again', () => {
  it('freezes the next version when text, files or parts have changed, and else changes nothing', () => {
    moc(...complete, published(1))
      .when(publish)
      .thenNothing();
    const changes: readonly (readonly MocEvent[])[] = [
      [retitled('Steam crane')],
      [{ type: 'MocDescribed', data: { mocId, ...details, theme: 'City' } }],
      [attached('photo', 'gallery-image')],
      [counted({ pieces: 41 })],
      replaced,
    ];
    for (const change of changes)
      moc(...complete, published(1), ...change)
        .when(publish)
        .then(published(2));
  });

  it('is a version for a MOC that was published before there were versions', () => {
    moc(...complete, { type: 'MocPublished', data: { mocId, publishedAt: noon } })
      .when(publish)
      .then(published(1));
  });

  it('keeps every version as it was, without files that wait to replace a list', () => {
    const [attachedNewer, replacementListed] = replaced as [MocEvent, MocEvent];
    const state = stateAfter(...complete, attachedNewer, replacementListed, published(1), retitled('Steam crane'));
    const { versions } = state as LivingMoc;
    expect(versions).to.have.length(1);
    expect(versions[0]).to.include({ title: 'Crane', version: 1, publishedAt: noon });
    expect(versions[0]?.files.map(({ fileId }) => fileId)).to.deep.equal(['book', 'bricks']);
    expect(versions[0]?.partsLists[0]).not.to.have.property('replacement');
  });

  it('is refused while a list is being read or waits for a decision', () => {
    const another: MocEvent = { type: 'PartsListed', data: { mocId, list: list('list-2', 'job-3', 'bricks') } };
    const undecided: MocEvent = { type: 'PartsDecisionNeeded', data: { mocId, partsListId: 'list-2' as PartsListId } };
    moc(...complete, another)
      .when(publish)
      .thenRejected('parts-unread');
    moc(...complete, another, undecided)
      .when(publish)
      .thenRejected('parts-unread');
  });

  it('is refused beyond the last version that a MOC may have', () => {
    const all = Array.from({ length: VERSIONS_MAX }, (_, index) => [
      retitled(`Crane ${String(index)}`),
      published(index + 1),
    ]);
    moc(...complete, ...all.flat(), retitled('One more'))
      .when(publish)
      .thenRejected('too-many-versions');
  });
});

describe('reverting a MOC to a version', () => {
  const changed = [...complete, published(1), retitled('Steam crane'), ...replaced] as const;

  it('brings back text, files, lists and counts, and says which version they are', () => {
    moc(...changed)
      .when(revert(1))
      .then(
        { type: 'MocReverted', data: { mocId, version: 1 } },
        retitled('Crane'),
        { type: 'PartsUnlisted', data: { mocId, partsListId } },
        detached('newer'),
        attached('bricks'),
        listed,
        counted(),
      );
  });

  it('leaves nothing to publish or to revert again', () => {
    const decision = mocDecider.decide(revert(1), stateAfter(...changed)) as readonly MocEvent[];
    moc(...changed, ...decision)
      .when(revert(1))
      .thenNothing();
    moc(...changed, ...decision)
      .when(publish)
      .thenNothing();
  });

  it('is refused for a version that is not there, and to anyone but the owner', () => {
    moc(...changed)
      .when(revert(2))
      .thenRejected('version-not-found');
    moc(...changed)
      .when(revert(1, bob))
      .thenRejected('not-the-owner');
  });
});
