import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mocDecider, type Moc } from './moc.ts';
import type { MocCommand } from './moc-commands.ts';
import type { AttachedFile, FileId, JobId, MocEvent, MocId, PartsListId } from './moc-events.ts';
import { totalPieces } from './parts-lists.ts';

const mocId = 'moc-1' as MocId;
const at = '2026-01-01T12:00:00.000Z' as Instant;

const by = fc.constantFrom('ada', 'bob').map((id) => id as UserId);
const title = fc.constantFrom('Crane', 'Crane II');
const theme = fc.constantFrom('', 'City');
const tags = fc.subarray(['small', 'fast']);
const set = fc.record(
  { brand: fc.constantFrom('', 'LEGO'), number: fc.constantFrom('1', '2'), retired: fc.boolean() },
  { requiredKeys: ['brand', 'number', 'retired'] },
);
const fileId = fc.constantFrom('f1', 'f2', 'f3').map((id) => id as FileId);
const partsListId = fc.constantFrom('l1', 'l2').map((id) => id as PartsListId);
const jobId = fc.constantFrom('j1', 'j2').map((id) => id as JobId);
const file: fc.Arbitrary<AttachedFile> = fc.record({
  fileId,
  kind: fc.constantFrom('instruction', 'parts-list', 'gallery-image'),
  name: fc.constant('a.bin'),
  mediaType: fc.constant('text/csv'),
  sizeBytes: fc.constant(1),
  sha256: fc.constantFrom('00', '01'),
});
const files = fc.uniqueArray(file, { selector: (some) => some.fileId, maxLength: 3 });
const partsLists = fc.uniqueArray(fc.record({ partsListId, title, fileId, jobId }), {
  selector: (list) => list.partsListId,
  maxLength: 2,
});
const count = fc.record({
  lots: fc.nat(9),
  pieces: fc.nat(99),
  unknownParts: fc.constant(0),
  unknownColours: fc.constant(0),
});

const command: fc.Arbitrary<MocCommand> = fc.oneof(
  fc
    .record(
      { by, title, description: theme, theme, tags, files, partsLists, subtheme: theme, set },
      { requiredKeys: ['by', 'title', 'description', 'theme', 'tags', 'files', 'partsLists'] },
    )
    .map((data) => ({ type: 'DraftMoc' as const, data: { mocId, at, ...data } })),
  fc
    .record({ by, title, theme, subtheme: theme, author: title, set }, { requiredKeys: ['by'] })
    .map((data) => ({ type: 'ReviseMoc' as const, data: { mocId, ...data } })),
  fc.record({ by, files, partsLists }).map((data) => ({ type: 'AttachFiles' as const, data: { mocId, ...data } })),
  fc.record({ by, fileId }).map((data) => ({ type: 'DetachFile' as const, data: { mocId, ...data } })),
  fc
    .record({ by, order: fc.shuffledSubarray(['f1', 'f2', 'f3'] as FileId[]) })
    .map((data) => ({ type: 'OrderInstructions' as const, data: { mocId, ...data } })),
  fc
    .record({ fileId })
    .map((data) => ({ type: 'WithdrawFile' as const, data: { mocId, infectedWith: 'Eicar', at, ...data } })),
  fc
    .record({ by, partsListId, title, description: theme }, { requiredKeys: ['by', 'partsListId'] })
    .map((data) => ({ type: 'RevisePartsList' as const, data: { mocId, ...data } })),
  fc
    .record({ by, partsListId, file, jobId })
    .map((data) => ({ type: 'ReplacePartsList' as const, data: { mocId, ...data } })),
  fc.record({ by, partsListId }).map((data) => ({ type: 'UnlistParts' as const, data: { mocId, ...data } })),
  by.map((user) => ({ type: 'PublishMoc' as const, data: { mocId, by: user, at } })),
  fc.record({ partsListId, jobId, count }).map((data) => ({ type: 'CountParts' as const, data: { mocId, ...data } })),
  fc
    .record({ partsListId, jobId })
    .map((data) => ({ type: 'GiveUpOnParts' as const, data: { mocId, code: 'no-lots', because: '', ...data } })),
  fc.record({ partsListId, jobId }).map((data) => ({ type: 'AwaitPartsDecision' as const, data: { mocId, ...data } })),
  fc
    .record({ by, version: fc.constantFrom(1, 2) })
    .map((data) => ({ type: 'RevertMoc' as const, data: { mocId, ...data } })),
  fc
    .record({
      by,
      kind: fc.constantFrom('image', 'album'),
      itemId: fc.constantFrom('i1', 'i2'),
      verified: fc.boolean(),
    })
    .map((data) => ({ type: 'LinkGalleryItem' as const, data: { mocId, at, ...data } })),
  fc
    .record({ by, kind: fc.constantFrom('image', 'album'), itemId: fc.constantFrom('i1', 'i2') })
    .map((data) => ({ type: 'UnlinkGalleryItem' as const, data: { mocId, ...data } })),
  fc
    .record({ by, imageId: fc.constantFrom('i1', 'i2', null) })
    .map((data) => ({ type: 'ChooseCover' as const, data: { mocId, ...data } })),
  by.map((user) => ({ type: 'DeleteMoc' as const, data: { mocId, by: user, at } })),
);

/** Every state that commands can lead to. */
const history = fc.array(command, { maxLength: 12 }).map((commands) =>
  commands.reduce<{ moc: Moc; events: readonly MocEvent[] }>(
    ({ moc, events }, next) => {
      const decision = mocDecider.decide(next, moc);
      return isRejection(decision)
        ? { moc, events }
        : { moc: decision.reduce(mocDecider.evolve, moc), events: [...events, ...decision] };
    },
    { moc: mocDecider.initial, events: [] },
  ),
);

describe('laws of a MOC', () => {
  it('an accepted command repeated changes nothing', () => {
    fc.assert(
      fc.property(history, command, ({ moc }, next) => {
        const decision = mocDecider.decide(next, moc);
        fc.pre(!isRejection(decision));
        expect(mocDecider.decide(next, decision.reduce(mocDecider.evolve, moc))).to.deep.equal([]);
      }),
    );
  });

  it('nobody but its owner changes it', () => {
    fc.assert(
      fc.property(history, command, ({ moc }, next) => {
        fc.pre(moc.status !== 'absent' && 'by' in next.data && next.data.by !== moc.owner);
        expect(isRejection(mocDecider.decide(next, moc))).to.equal(true);
      }),
    );
  });

  it('the total is the sum of all counted lists', () => {
    fc.assert(
      fc.property(history, ({ moc }) => {
        fc.pre(moc.status === 'draft' || moc.status === 'published');
        const pieces = moc.partsLists.map((list) => (list.status === 'counted' ? list.count.pieces : 0));
        expect(totalPieces(moc.partsLists)).to.equal(pieces.reduce((sum, some) => sum + some, 0));
      }),
    );
  });

  it('events are JSON: stored and read back, they fold to the same MOC', () => {
    fc.assert(
      fc.property(history, ({ moc, events }) => {
        const storedEvents = JSON.parse(JSON.stringify(events)) as MocEvent[];
        expect(storedEvents.reduce(mocDecider.evolve, mocDecider.initial)).to.deep.equal(moc);
      }),
    );
  });
});
