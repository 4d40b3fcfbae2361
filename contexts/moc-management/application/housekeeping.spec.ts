import { expect } from 'chai';
import { derivedId } from '@lego-moc/kernel/ids';
import { mocDecider, type LivingMoc } from '../domain/moc.ts';
import type { FileId, MocEvent, MocId, PartsListId } from '../domain/moc-events.ts';
import { normaliseSetNumber, setNumberDecider } from '../domain/set-number.ts';
import { titleDecider } from '../domain/title.ts';
import {
  ada,
  crashAfter,
  crashingStreams,
  noon,
  persistentState,
  service,
  upload,
  UPLOADED_SET,
  type Effect,
  type PersistentState,
} from '../testing/crashing-uploads.ts';
import { tidyUp } from './housekeeping.ts';
import { setNumberId, titleId, titles } from './titles.ts';

const cause = { commandId: derivedId('tidy'), correlationId: 'c-1', actor: 'housekeeping' };

/** A MOC of ada's with instructions and a parts list, called Crane. */
const withMoc = async () => {
  const storage = persistentState();
  const outcome = await service(storage, crashAfter().effect, noon).receive(upload());
  const { mocId } = outcome as { mocId: MocId };
  const { events } = await storage.mocs.read(mocId);
  const moc = events.reduce(mocDecider.evolve, mocDecider.initial) as LivingMoc;
  return { storage, mocId, moc };
};

const happen = async (storage: PersistentState, mocId: MocId, ...events: readonly MocEvent[]) => {
  await storage.mocs.append(mocId, events, 'any', { ...cause, commandId: derivedId('test', String(events.length)) });
};

const tidy = ({ titles: titleStreams, setNumbers, mocs, files }: PersistentState, effect: Effect, mocId: MocId) =>
  tidyUp(
    mocs,
    titles(
      { titles: crashingStreams(titleStreams, effect), setNumbers: crashingStreams(setNumbers, effect) },
      () => noon,
    ),
    { ...files, discard: (fileId, why) => effect(() => files.discard(fileId, why)) },
  )(mocId, cause);

const titleStatus = async ({ titles: streams }: PersistentState, title: string) => {
  const { events } = await streams.read(titleId(ada, title));
  return events.reduce(titleDecider.evolve, titleDecider.initial).status;
};
const numberStatus = async ({ setNumbers }: PersistentState) => {
  const { events } = await setNumbers.read(setNumberId(normaliseSetNumber(UPLOADED_SET)!));
  return events.reduce(setNumberDecider.evolve, setNumberDecider.initial).status;
};

describe('the end of a MOC', () => {
  for (const late of [false, true])
    it(`leaves no title, number or file, though housekeeping is killed ${late ? 'after' : 'before'} any one effect`, async () => {
      for (let deathAt = 1, isOver = false; !isOver; deathAt += 1) {
        const { storage, mocId } = await withMoc();
        await happen(storage, mocId, { type: 'MocDeleted', data: { mocId, deletedAt: noon } });
        const { effect, effects } = crashAfter(deathAt, late);
        await tidy(storage, effect, mocId).catch(() => undefined);
        isOver = effects() < deathAt;
        // Its event is delivered again, and once more after it was handled.
        for (let delivery = 0; delivery < 2; delivery += 1) await tidy(storage, crashAfter().effect, mocId);
        expect([await titleStatus(storage, 'Crane'), await numberStatus(storage)]).to.deep.equal(['free', 'free']);
        expect([...storage.files.bytes.keys()]).to.deep.equal([]);
      }
    });

  it('leaves a title alone that another MOC has taken meanwhile', async () => {
    const { storage, mocId } = await withMoc();
    await happen(storage, mocId, { type: 'MocDeleted', data: { mocId, deletedAt: noon } });
    await tidy(storage, crashAfter().effect, mocId);
    await service(storage, crashAfter().effect, noon).receive(upload({ uploadId: 'upload-2' }));
    await tidy(storage, crashAfter().effect, mocId);
    expect(await titleStatus(storage, 'Crane')).to.equal('secured');
    expect(storage.files.bytes.size).to.equal(2);
  });
});

describe('tidying up a MOC', () => {
  it('frees its former title, and keeps the present one', async () => {
    const { storage, mocId } = await withMoc();
    await happen(storage, mocId, { type: 'MocRetitled', data: { mocId, title: 'Ship' } });
    await tidy(storage, crashAfter().effect, mocId);
    expect([await titleStatus(storage, 'Crane'), await titleStatus(storage, 'Ship')]).to.deep.equal([
      'free',
      'secured',
    ]);
  });

  it('discards a detached file, unless a version has it', async () => {
    const { storage, mocId, moc } = await withMoc();
    const [book, bricks] = moc.files.map(({ fileId }) => fileId) as [FileId, FileId];
    const partsListId = moc.partsLists[0]?.partsListId as PartsListId;
    await happen(
      storage,
      mocId,
      { type: 'PartsUnlisted', data: { mocId, partsListId } },
      { type: 'FileDetached', data: { mocId, fileId: bricks } },
      { type: 'VersionPublished', data: { mocId, version: 1, publishedAt: noon } },
      { type: 'FileDetached', data: { mocId, fileId: book } },
    );
    await tidy(storage, crashAfter().effect, mocId);
    expect([...storage.files.bytes.keys()]).to.deep.equal([book]);
  });
});
