import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { FILES_MAX } from './files.ts';
import { mocDecider } from './moc.ts';
import type {
  AttachedFile,
  FileId,
  JobId,
  ListedParts,
  MocDrafted,
  MocEvent,
  MocId,
  PartsCount,
  PartsListId,
} from './moc-events.ts';

const mocId = 'moc-1' as MocId;
const ada = 'ada' as UserId;
const bob = 'bob' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-02T12:00:00.000Z' as Instant;

const details = { description: 'It lifts', theme: 'Technic', tags: ['crane'] };
const mocDrafted: MocDrafted = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Clockwork crane', draftedAt: noon, ...details },
};
const file = (id: string, kind: AttachedFile['kind']): AttachedFile => ({
  fileId: id as FileId,
  kind,
  name: `${id}.bin`,
  mediaType: 'application/pdf',
  sizeBytes: 10,
  sha256: 'ab',
});
const book = file('book', 'instruction');
const bricks = file('bricks', 'parts-list');
const partsListId = 'list-1' as PartsListId;
const jobId = 'job-1' as JobId;
const list: ListedParts = { partsListId, title: 'All of it', fileId: bricks.fileId, jobId };
const count: PartsCount = { lots: 3, pieces: 40, unknownParts: 1, unknownColours: 0 };

const fileAttached = (some: AttachedFile): MocEvent => ({ type: 'FileAttached', data: { mocId, file: some } });
const partsListed: MocEvent = { type: 'PartsListed', data: { mocId, list } };
const partsCounted: MocEvent = { type: 'PartsCounted', data: { mocId, partsListId, count } };
const versionPublished: MocEvent = { type: 'VersionPublished', data: { mocId, version: 1, publishedAt: noon } };
const mocDeleted: MocEvent = { type: 'MocDeleted', data: { mocId, deletedAt: noon } };
const complete = [mocDrafted, fileAttached(book), fileAttached(bricks), partsListed, partsCounted] as const;

const draft = { mocId, by: ada, at: noon, title: 'Clockwork crane', files: [], partsLists: [], ...details };
const publish = (by: UserId, at = noon) => ({ type: 'PublishMoc', data: { mocId, by, at } }) as const;
const remove = (by: UserId) => ({ type: 'DeleteMoc', data: { mocId, by, at: noon } }) as const;
const moc = given(mocDecider);

describe('drafting a MOC', () => {
  it('records it with its files and parts lists', () => {
    moc()
      .when({ type: 'DraftMoc', data: { ...draft, files: [book, bricks], partsLists: [list] } })
      .then(mocDrafted, fileAttached(book), fileAttached(bricks), partsListed);
  });

  it('changes nothing the second time', () => {
    moc(mocDrafted).when({ type: 'DraftMoc', data: draft }).thenNothing();
  });

  it("is refused under another MOC's id", () => {
    moc(mocDrafted)
      .when({ type: 'DraftMoc', data: { ...draft, by: bob } })
      .thenRejected('moc-id-taken');
  });

  it('is refused with more files than a MOC holds', () => {
    const files = Array.from({ length: FILES_MAX + 1 }, (_, number) => file(String(number), 'gallery-image'));
    moc()
      .when({ type: 'DraftMoc', data: { ...draft, files } })
      .thenRejected('too-many-files');
  });
});

describe('a set', () => {
  const set = { brand: 'LEGO', number: '10255', retired: false };
  const draftedSet: MocDrafted = {
    type: 'MocDrafted',
    data: { ...mocDrafted.data, subtheme: 'Modular', author: '', set },
  };
  const revise = (change: object) => ({ type: 'ReviseMoc', data: { mocId, by: ada, ...change } }) as const;

  it('is drafted with its number', () => {
    moc()
      .when({ type: 'DraftMoc', data: { ...draft, subtheme: 'Modular', author: '', set } })
      .then(draftedSet);
  });

  it('keeps the details that a revision does not name, and changes nothing the second time', () => {
    const setRetired: MocEvent = {
      type: 'MocDescribed',
      data: { mocId, ...details, subtheme: 'Modular', author: '', set: { ...set, retired: true, releaseYear: 2017 } },
    };
    const retire = revise({ set: { retired: true, releaseYear: 2017 } });
    moc(draftedSet).when(retire).then(setRetired);
    moc(draftedSet, setRetired).when(retire).thenNothing();
  });

  it('is published without instructions, which belong to its maker', () => {
    const [, , ...parts] = complete;
    moc(draftedSet, ...parts)
      .when(publish(ada))
      .then(versionPublished);
  });

  it('cannot be made of a MOC', () => {
    moc(mocDrafted)
      .when(revise({ set: { number: '10255' } }))
      .thenRejected('not-a-set');
  });
});

describe('revising a MOC', () => {
  const revise = (change: object, by = ada) => ({ type: 'ReviseMoc', data: { mocId, by, ...change } }) as const;

  it('records a new title and a new description separately', () => {
    moc(mocDrafted)
      .when(revise({ title: 'Steam crane', theme: 'City' }))
      .then(
        { type: 'MocRetitled', data: { mocId, title: 'Steam crane' } },
        { type: 'MocDescribed', data: { mocId, ...details, theme: 'City' } },
      );
  });

  it('changes nothing when title and description are the same', () => {
    moc(mocDrafted)
      .when(revise({ title: 'Clockwork crane', tags: ['crane'] }))
      .thenNothing();
  });

  it('is refused to anyone but the owner', () => {
    moc(...complete, versionPublished)
      .when(revise({ title: 'Mine' }, bob))
      .thenRejected('not-the-owner');
  });

  it('answers others as if there were no draft', () => {
    moc(mocDrafted)
      .when(revise({ title: 'Mine' }, bob))
      .thenRejected('moc-not-found');
  });

  it('is refused for a missing and for a deleted MOC', () => {
    moc().when(revise({})).thenRejected('moc-not-found');
    moc(mocDrafted, mocDeleted).when(revise({})).thenRejected('moc-deleted');
  });
});

describe('adding to a MOC', () => {
  it('attaches only new files and lists', () => {
    moc(mocDrafted, fileAttached(book))
      .when({ type: 'AttachFiles', data: { mocId, by: ada, files: [book, bricks], partsLists: [list] } })
      .then(fileAttached(bricks), partsListed);
  });

  it('detaches a file', () => {
    const detach = { type: 'DetachFile', data: { mocId, by: ada, fileId: book.fileId } } as const;
    moc(mocDrafted, fileAttached(book))
      .when(detach)
      .then({ type: 'FileDetached', data: { mocId, fileId: book.fileId } });
    moc(mocDrafted).when(detach).thenNothing();
  });

  it('keeps the file of a parts list as long as the list', () => {
    moc(...complete)
      .when({ type: 'DetachFile', data: { mocId, by: ada, fileId: bricks.fileId } })
      .thenRejected('file-holds-parts-list');
  });

  it('detaches the file of a parts list together with the list', () => {
    moc(...complete)
      .when({ type: 'UnlistParts', data: { mocId, by: ada, partsListId } })
      .then(
        { type: 'PartsUnlisted', data: { mocId, partsListId } },
        { type: 'FileDetached', data: { mocId, fileId: bricks.fileId } },
      );
  });

  it('changes the title of an existing parts list only', () => {
    const retitle = { type: 'RevisePartsList', data: { mocId, by: ada, partsListId, title: 'Hull' } } as const;
    moc(mocDrafted, partsListed)
      .when(retitle)
      .then({ type: 'PartsListRetitled', data: { mocId, partsListId, title: 'Hull' } });
    moc(mocDrafted).when(retitle).thenRejected('parts-list-not-found');
  });
});

describe('recording the result of a parts list', () => {
  const countParts = { type: 'CountParts', data: { mocId, partsListId, jobId, count } } as const;
  const giveUp = {
    type: 'GiveUpOnParts',
    data: { mocId, partsListId, jobId, code: 'empty-file', because: 'It is empty.' },
  } as const;

  it('records the count, once', () => {
    moc(mocDrafted, partsListed).when(countParts).then(partsCounted);
    moc(mocDrafted, partsListed, partsCounted).when(countParts).thenNothing();
  });

  it('records a new count after the catalogue has grown', () => {
    const knownCount = { ...count, unknownParts: 0 };
    moc(mocDrafted, partsListed, partsCounted)
      .when({ type: 'CountParts', data: { ...countParts.data, count: knownCount } })
      .then({ type: 'PartsCounted', data: { mocId, partsListId, count: knownCount } });
  });

  it('changes nothing for a removed list, or one that another job reads', () => {
    moc(mocDrafted).when(countParts).thenNothing();
    moc(mocDrafted, partsListed, mocDeleted).when(countParts).thenNothing();
    moc(mocDrafted, partsListed)
      .when({ type: 'CountParts', data: { ...countParts.data, jobId: 'job-2' as JobId } })
      .thenNothing();
  });

  const wait = { type: 'AwaitPartsDecision', data: { mocId, partsListId, jobId } } as const;
  const decisionNeeded = { type: 'PartsDecisionNeeded', data: { mocId, partsListId } } as const;

  it('records once that its owner has to decide, unless it was counted', () => {
    moc(mocDrafted, partsListed).when(wait).then(decisionNeeded);
    moc(mocDrafted, partsListed, decisionNeeded).when(wait).thenNothing();
    moc(mocDrafted, partsListed, partsCounted).when(wait).thenNothing();
  });

  it('records the count, or why it cannot be read, after the decision', () => {
    const because = { code: 'empty-file', because: 'It is empty.' };
    moc(mocDrafted, partsListed, decisionNeeded).when(countParts).then(partsCounted);
    moc(mocDrafted, partsListed, decisionNeeded)
      .when(giveUp)
      .then({ type: 'PartsFoundUnreadable', data: { mocId, partsListId, ...because } });
  });

  it('records why it cannot be read, unless it was counted', () => {
    const because = { code: 'empty-file', because: 'It is empty.' };
    moc(mocDrafted, partsListed)
      .when(giveUp)
      .then({ type: 'PartsFoundUnreadable', data: { mocId, partsListId, ...because } });
    moc(mocDrafted, partsListed, partsCounted).when(giveUp).thenNothing();
  });
});

describe('publishing a MOC', () => {
  it('opens a complete draft to everyone', () => {
    moc(...complete)
      .when(publish(ada))
      .then(versionPublished);
  });

  it('is refused without instructions', () => {
    moc(mocDrafted, fileAttached(bricks), partsListed, partsCounted)
      .when(publish(ada))
      .thenRejected('instructions-missing');
  });

  it('is refused until a parts list is counted', () => {
    moc(mocDrafted, fileAttached(book), partsListed).when(publish(ada)).thenRejected('parts-missing');
  });

  it('is refused to anyone but the owner', () => {
    moc(...complete, versionPublished)
      .when(publish(bob))
      .thenRejected('not-the-owner');
  });

  it('changes nothing the second time', () => {
    moc(...complete, versionPublished)
      .when(publish(ada, later))
      .thenNothing();
  });
});

describe('deleting a MOC', () => {
  it('ends it, once', () => {
    moc(mocDrafted).when(remove(ada)).then(mocDeleted);
    moc(mocDrafted, mocDeleted).when(remove(ada)).thenNothing();
  });

  it('is refused to anyone but the owner', () => {
    moc(...complete, versionPublished)
      .when(remove(bob))
      .thenRejected('not-the-owner');
  });

  it('leaves none of its data in the state', () => {
    expect([mocDrafted, fileAttached(book), mocDeleted].reduce(mocDecider.evolve, mocDecider.initial)).to.deep.equal({
      status: 'deleted',
      owner: ada,
    });
  });
});
