import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from './moc-events.ts';
import { mocDecider, type LivingMoc } from './moc.ts';

const mocId = 'moc-1' as MocId;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;

const fileAttached = (id: string, kind: AttachedFile['kind'] = 'instruction'): MocEvent => ({
  type: 'FileAttached',
  data: {
    mocId,
    file: {
      ...{ fileId: id as FileId, kind, name: `${id}.pdf`, mediaType: 'application/pdf', sizeBytes: 10, sha256: id },
    },
  },
});
const fileDetached = (id: string): MocEvent => ({ type: 'FileDetached', data: { mocId, fileId: id as FileId } });
const partsListId = 'list-1' as PartsListId;
const ids = { fileId: 'bricks' as FileId, jobId: 'job-1' as JobId };
const countedList: readonly MocEvent[] = [
  { type: 'PartsListed', data: { mocId, list: { partsListId, title: 'All', ...ids } } },
  {
    type: 'PartsCounted',
    data: { mocId, partsListId, count: { lots: 1, pieces: 4, unknownParts: 0, unknownColours: 0 } },
  },
];
const book: readonly MocEvent[] = [
  {
    type: 'MocDrafted',
    data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, description: '', theme: '', tags: [] },
  },
  fileAttached('one'),
  fileAttached('bricks', 'parts-list'),
  fileAttached('two'),
  fileAttached('photo', 'gallery-image'),
  fileAttached('three'),
  ...countedList,
];
const order = (...fileIds: readonly string[]) => fileIds as readonly FileId[];
const put = (of: readonly FileId[], by = ada) =>
  ({ type: 'OrderInstructions', data: { mocId, by, order: of } }) as const;
const newOrder = (...fileIds: readonly string[]): MocEvent => ({
  type: 'InstructionsOrdered',
  data: { mocId, order: order(...fileIds) },
});
const publication = (version: number): MocEvent => ({
  type: 'VersionPublished',
  data: { mocId, version, publishedAt: noon },
});
const publish = { type: 'PublishMoc', data: { mocId, by: ada, at: noon } } as const;
const revert = { type: 'RevertMoc', data: { mocId, by: ada, version: 1 } } as const;
const filesAfter = (...events: readonly MocEvent[]) =>
  (events.reduce(mocDecider.evolve, mocDecider.initial) as LivingMoc).files.map(({ fileId }) => fileId);
const moc = given(mocDecider);

describe('ordering the parts of instructions', () => {
  it('puts them into the order given, and leaves all other files where they are', () => {
    moc(...book)
      .when(put(order('three', 'one', 'two')))
      .then(newOrder('three', 'one', 'two'));
    expect(filesAfter(...book, newOrder('three', 'one', 'two'))).to.deep.equal(
      order('three', 'bricks', 'one', 'photo', 'two'),
    );
  });

  it('changes nothing the second time, nor for the order that they have', () => {
    moc(...book)
      .when(put(order('one', 'two', 'three')))
      .thenNothing();
    moc(...book, newOrder('three', 'one', 'two'))
      .when(put(order('three', 'one', 'two')))
      .thenNothing();
  });

  it('is refused unless it names every part exactly once', () => {
    const orders = [
      order('one', 'two'),
      order('one', 'two', 'three', 'three'),
      order('one', 'two', 'two'),
      order('one', 'two', 'photo'),
      order(),
    ];
    for (const some of orders)
      moc(...book)
        .when(put(some))
        .thenRejected('order-mismatch');
  });

  it('is refused to anyone but the owner', () => {
    moc(...book, publication(1))
      .when(put(order('three', 'one', 'two'), bob))
      .thenRejected('not-the-owner');
  });

  it('is a change to publish', () => {
    moc(...book, publication(1), newOrder('three', 'one', 'two'))
      .when(publish)
      .then(publication(2));
  });

  it('is undone by a revert, also for parts that were removed since', () => {
    const changes = [newOrder('three', 'one', 'two'), fileDetached('one')];
    moc(...book, publication(1), ...changes)
      .when(revert)
      .then({ type: 'MocReverted', data: { mocId, version: 1 } }, fileAttached('one'), newOrder('one', 'two', 'three'));
    moc(...book, publication(1), ...changes, fileAttached('one'), newOrder('one', 'two', 'three'))
      .when(publish)
      .thenNothing();
  });
});
