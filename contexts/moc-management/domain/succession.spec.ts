import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import type { MocEvent } from './moc-events.ts';
import type { MocId } from './moc-id.ts';
import { mocDecider } from './moc.ts';

const [mocId, newer] = ['moc-1', 'moc-2'] as MocId[] as [MocId, MocId];
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;

const mocDrafted: MocEvent = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, description: '', theme: '', tags: [] },
};
const versionPublished: MocEvent = { type: 'VersionPublished', data: { mocId, version: 1, publishedAt: noon } };
const successorNamed = (successor: MocId | null): MocEvent => ({ type: 'SuccessorNamed', data: { mocId, successor } });
const mocDeleted: MocEvent = { type: 'MocDeleted', data: { mocId, deletedAt: noon } };

const name = (successor: MocId | null, by = ada, isPublished = successor !== null) =>
  ({ type: 'NameSuccessor', data: { mocId, by, successor, isPublished } }) as const;
const moc = given(mocDecider);
const stateAfter = (...events: readonly MocEvent[]) => events.reduce(mocDecider.evolve, mocDecider.initial);

describe('naming the successor of a MOC', () => {
  it('is the owner’s, and may be changed and withdrawn', () => {
    moc(mocDrafted, versionPublished).when(name(newer)).then(successorNamed(newer));
    moc(mocDrafted, versionPublished, successorNamed(newer)).when(name(null)).then(successorNamed(null));
    moc(mocDrafted, versionPublished).when(name(newer, bob)).thenRejected('not-the-owner');
    moc(mocDrafted).when(name(newer, bob)).thenRejected('moc-not-found');
  });

  it('changes nothing the second time', () => {
    moc(mocDrafted, versionPublished, successorNamed(newer)).when(name(newer)).thenNothing();
    moc(mocDrafted, versionPublished).when(name(null)).thenNothing();
  });

  it('is refused of the MOC itself, and of a deleted one', () => {
    moc(mocDrafted, versionPublished).when(name(mocId)).thenRejected('own-successor');
    moc(mocDrafted, versionPublished, mocDeleted).when(name(newer)).thenRejected('moc-deleted');
  });

  it('is refused of a MOC that not everybody can see, to the owner alone', () => {
    moc(mocDrafted, versionPublished)
      .when(name(newer, ada, false))
      .thenRejected('successor-not-found');
    moc(mocDrafted, versionPublished)
      .when(name(newer, bob, false))
      .thenRejected('not-the-owner');
  });

  it('is kept when a published MOC is mocDeleted, and not of a draft', () => {
    expect(stateAfter(mocDrafted, versionPublished, successorNamed(newer), mocDeleted)).to.deep.equal({
      ...{ status: 'deleted', owner: ada, successor: newer },
    });
    expect(stateAfter(mocDrafted, successorNamed(newer), mocDeleted)).to.deep.equal({ status: 'deleted', owner: ada });
    expect(
      stateAfter(mocDrafted, versionPublished, successorNamed(newer), successorNamed(null), mocDeleted),
    ).to.deep.equal({
      ...{ status: 'deleted', owner: ada },
    });
  });
});
